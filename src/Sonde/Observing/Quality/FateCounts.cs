namespace Sonde.Observing.Quality;

/// <summary>How many readings of each quantity met which fate.</summary>
public sealed class FateCounts
{
    private readonly SortedDictionary<string, int[]> counts = new(StringComparer.Ordinal);

    /// <summary>The quantities counted, in alphabetical order.</summary>
    public IEnumerable<string> Quantities => counts.Keys;

    /// <summary>How many readings of a quantity met a fate.</summary>
    public int this[string quantity, ObservationFate fate] => counts.TryGetValue(quantity, out var own) ? own[(int)fate] : 0;

    /// <summary>How many readings of all quantities met a fate.</summary>
    public int this[ObservationFate fate] => counts.Values.Sum(own => own[(int)fate]);

    /// <summary>How many readings were counted.</summary>
    public int Total => counts.Values.Sum(own => own.Sum());

    /// <summary>Counts one reading, or several of a kind.</summary>
    public void Add(string quantity, ObservationFate fate, int count = 1)
    {
        if (!counts.TryGetValue(quantity, out var own))
            counts[quantity] = own = new int[Enum.GetValues<ObservationFate>().Length];
        own[(int)fate] += count;
    }

    /// <summary>The fates that a quantity's readings met, in their order, without those that none met.</summary>
    public IEnumerable<(ObservationFate Fate, int Count)> Of(string quantity)
    {
        foreach (var fate in Enum.GetValues<ObservationFate>())
            if (this[quantity, fate] is > 0 and var count)
                yield return (fate, count);
    }
}
