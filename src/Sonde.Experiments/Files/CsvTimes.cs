namespace Sonde.Experiments.Files;

/// <summary>Reads observation times from a column of a CSV file.</summary>
public static class CsvTimes
{
    /// <summary>The times, in the system's unit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">How the column is to be read.</param>
    /// <exception cref="InputException">The file does not fit, or times do not rise.</exception>
    public static IReadOnlyList<double> Read(string path, CsvTime layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        using var table = new CsvTable(path);
        var clock = new CsvClock(table, layout);
        var times = new List<double>();
        while (table.Next())
        {
            var time = clock.Read();
            if (times.Count > 0 && !(time > times[^1]))
                throw clock.Wrong("a time after that of the line before");
            times.Add(time);
        }
        if (times.Count == 0)
            throw new InputException($"{path} has a header but no line of values.");
        var shift = clock.Shift;
        return [.. times.Select(time => time + shift)];
    }
}
