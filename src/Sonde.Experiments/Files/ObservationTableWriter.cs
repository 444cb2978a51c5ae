using System.Globalization;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Configuration;
using Sonde.Observing.Quality;

namespace Sonde.Experiments.Files;

/// <summary>
/// Writes every reading with its fate and what was predicted for it, in the long form that <see cref="ObservationTableReader"/>
/// reads. Numbers are the shortest that read back to the same bits; what does not exist is an empty cell.
/// </summary>
public static class ObservationTableWriter
{
    /// <summary>Writes a ledger, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ledger">The readings and what became of them.</param>
    /// <param name="space">What coordinates are called.</param>
    /// <param name="origin">The moment at which time is 0, to write moments; null to write numbers.</param>
    /// <param name="unit">The unit of time.</param>
    public static void Write(string path, ObservationLedger ledger, ISpace space, DateTimeOffset? origin = null, CsvTimeUnit unit = CsvTimeUnit.Hours)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(space);
        var readings = ledger.Readings;
        var coordinates = !readings.Any(reading => reading.Point is not null) ? []
            : space is Sphere ? ["longitude", "latitude"]
            : new[] { "x", "y", "z" }[..Math.Max(1, space.Dimensions)];
        var hasIndex = readings.Any(reading => reading.Index >= 0);
        var hasStation = readings.Any(reading => reading.Station is not null);
        AtomicFile.WriteText(path, writer =>
        {
            string[] head =
            [
                "time", .. hasStation ? ["station"] : Array.Empty<string>(), "field", .. coordinates, .. hasIndex ? ["index"] : Array.Empty<string>(),
                "value", "error", "fate", "departure", "spread", "analysisDeparture",
            ];
            writer.WriteLine(string.Join(',', head));
            var cells = new List<string>(head.Length);
            for (var i = 0; i < readings.Count; i++)
            {
                var reading = readings[i];
                cells.Clear();
                cells.Add(origin is { } zero ? CsvTime.Format(Round(zero, reading.Time, unit)) : Number(reading.Time));
                if (hasStation)
                    cells.Add(Quoted(reading.Station ?? ""));
                cells.Add(Quoted(reading.Field));
                for (var axis = 0; axis < coordinates.Length; axis++)
                    cells.Add(reading.Point is not { } p ? "" : Number(axis switch { 0 => p.X, 1 => p.Y, _ => p.Z }));
                if (hasIndex)
                    cells.Add(reading.Index < 0 ? "" : reading.Index.ToString(CultureInfo.InvariantCulture));
                cells.AddRange([Number(reading.Value), Number(reading.StandardDeviation), Binder.KebabCase(ledger.Fates[i].ToString())]);
                cells.AddRange([Number(ledger.Departures[i]), Number(ledger.Spreads[i]), Number(ledger.AnalysisDepartures[i])]);
                writer.WriteLine(string.Join(',', cells));
            }
        });
    }

    // To the microsecond: times are floating-point numbers of units since the origin.
    private static DateTimeOffset Round(DateTimeOffset origin, double time, CsvTimeUnit unit) =>
        origin.AddTicks((long)Math.Round(time * CsvTime.Span(unit).Ticks / TimeSpan.TicksPerMicrosecond) * TimeSpan.TicksPerMicrosecond);

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
