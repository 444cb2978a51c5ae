using System.Collections;

namespace Sonde.Experiments.Files;

/// <summary>
/// Named notes on a data set or a variable, in the order they were given: text, numbers, and lists of either, as NetCDF and
/// Zarr both keep them.
/// </summary>
public sealed class Attributes : IEnumerable<KeyValuePair<string, object>>
{
    private readonly List<KeyValuePair<string, object>> entries = [];

    /// <summary>The number of attributes.</summary>
    public int Count => entries.Count;

    /// <summary>
    /// The value of this name, null where there is none: a string, double, long, or an array of one of these. int, float and
    /// bool are widened when set; setting null removes the attribute.
    /// </summary>
    /// <exception cref="ArgumentException">The value is of another type, or the name is empty.</exception>
    public object? this[string name]
    {
        get
        {
            var at = IndexOf(name);
            return at < 0 ? null : entries[at].Value;
        }

        set
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            var at = IndexOf(name);
            if (value is null)
            {
                if (at >= 0)
                    entries.RemoveAt(at);
                return;
            }
            var entry = KeyValuePair.Create(name, Widened(name, value));
            if (at < 0)
                entries.Add(entry);
            else
                entries[at] = entry;
        }
    }

    /// <summary>The text of this name; null where there is none or it is no text.</summary>
    public string? Text(string name) => this[name] switch { string text => text, string[] { Length: 1 } texts => texts[0], _ => null };

    /// <summary>The number of this name; null where there is none or it is no single number.</summary>
    public double? Number(string name) => Numbers(name) is { Length: 1 } numbers ? numbers[0] : null;

    /// <summary>The numbers of this name; empty where there are none.</summary>
    public double[] Numbers(string name) => this[name] switch
    {
        double number => [number],
        long number => [number],
        double[] numbers => numbers,
        long[] numbers => Array.ConvertAll(numbers, number => (double)number),
        _ => [],
    };

    /// <summary>An independent copy.</summary>
    public Attributes Copy()
    {
        var copy = new Attributes();
        copy.entries.AddRange(entries);
        return copy;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string name) => entries.FindIndex(entry => entry.Key == name);

    private static object Widened(string name, object value) => value switch
    {
        string or double or long or string[] or double[] or long[] => value,
        bool flag => flag ? 1L : 0L,
        int number => (long)number,
        float number => (double)number,
        int[] numbers => Array.ConvertAll(numbers, number => (long)number),
        float[] numbers => Array.ConvertAll(numbers, number => (double)number),
        _ => throw new ArgumentException($"Attribute '{name}' must be text, a number or a list of these, not {value.GetType().Name}.", nameof(value)),
    };
}
