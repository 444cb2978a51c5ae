using Sonde.Dynamics;
using Sonde.Observing.Quality;

namespace Sonde.Experiments.Files;

/// <summary>
/// Reads observations in long form (a line a number) or wide form (a column a field): from CSV, or from NetCDF and Zarr, where a
/// variable stands for a column.
/// </summary>
public static class ObservationTableReader
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Which column is what.</param>
    /// <param name="domain">What fields there are and in which space.</param>
    /// <exception cref="InputException">The file does not fit, in one sentence that says where, what was found and what was expected.</exception>
    public static ObservationTable Read(string path, CsvLayout layout, Domain domain)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(domain);
        if (DataFiles.IsKnown(path))
            return ArrayObservationReader.Read(path, layout, domain);
        using var table = new CsvTable(path, layout.Delimiter);
        var clock = new CsvClock(table, layout.Time ?? new CsvTime());
        var place = new CsvPlace(table, layout.Position, layout.Index, domain.Space);
        var values = new CsvValues(table, layout, domain);
        var station = layout.Station is { } name ? table.Column(name) : table.FindAny("station", "id");
        var readings = new List<Reading>();
        var lines = 0;
        for (; table.Next(); lines++)
        {
            var time = clock.Read();
            var (point, index) = place.Read();
            var who = station < 0 || table.IsEmpty(station) ? null : table[station];
            foreach (var (field, value, error) in values.Read())
                readings.Add(new Reading(time, field, value, error, point, index, who));
        }
        if (lines == 0)
            throw new InputException($"{path} has a header but no line of values.");
        var shift = clock.Shift;
        if (shift != 0)
            for (var i = 0; i < readings.Count; i++)
                readings[i] = readings[i] with { Time = readings[i].Time + shift };
        return new ObservationTable(path, readings, clock.Origin, layout.Time?.Unit ?? CsvTimeUnit.Hours, values.Missing);
    }
}
