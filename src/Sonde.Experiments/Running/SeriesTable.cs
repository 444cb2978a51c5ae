using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>Numbers by name and observation time; NaN where nothing was recorded.</summary>
public sealed class SeriesTable
{
    private readonly SortedDictionary<string, double[]> columns = new(StringComparer.Ordinal);

    /// <summary>A table for so many observation times.</summary>
    public SeriesTable(int times) => Times = times;

    /// <summary>The number of observation times.</summary>
    public int Times { get; }

    /// <summary>The names recorded so far, in alphabetical order.</summary>
    public IEnumerable<string> Names => columns.Keys;

    /// <summary>A column, made of NaN at first use.</summary>
    public double[] this[string name]
    {
        get
        {
            if (!columns.TryGetValue(name, out var column))
            {
                columns[name] = column = new double[Times];
                Array.Fill(column, double.NaN);
            }
            return column;
        }
    }

    /// <summary>A column that exists; null where nothing was recorded under this name.</summary>
    public double[]? Find(string name) => columns.GetValueOrDefault(name);

    /// <summary>All columns, [names, times], for a checkpoint.</summary>
    public (string[] Names, Matrix<double> Values) Save()
    {
        var values = new Matrix<double>(columns.Count, Times);
        var row = 0;
        foreach (var column in columns.Values)
            column.CopyTo(values[row++]);
        return ([.. columns.Keys], values);
    }

    /// <summary>Puts back what <see cref="Save"/> gave.</summary>
    public void Restore(IReadOnlyList<string> names, Matrix<double> values)
    {
        columns.Clear();
        for (var row = 0; row < names.Count; row++)
            values[row].CopyTo(this[names[row]]);
    }
}
