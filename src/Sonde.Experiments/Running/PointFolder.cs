using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;

namespace Sonde.Experiments.Running;

/// <summary>Where one point of a sweep, or the only one, puts its files.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Label">What progress calls it; empty for the only point.</param>
/// <param name="IsOnly">True outside a sweep.</param>
public sealed record PointFolder(string Path, string Label, bool IsOnly)
{
    /// <summary>The scores.</summary>
    public string SummaryFile => System.IO.Path.Combine(Path, "summary.json");

    private string CalibrationFile => System.IO.Path.Combine(Path, "calibration.json");

    private string CheckpointFolder => System.IO.Path.Combine(Path, "checkpoint");

    /// <summary>Where a method is saved while it runs.</summary>
    public MethodCheckpoint Checkpoint(string method) =>
        new(System.IO.Path.Combine(CheckpointFolder, $"{Uri.EscapeDataString(method)}.checkpoint"));

    /// <summary>Where a stage of a method's training is saved while it runs.</summary>
    internal TrainingCheckpoint TrainingCheckpoint(string method, int stage) =>
        new(System.IO.Path.Combine(CheckpointFolder, string.Create(CultureInfo.InvariantCulture, $"{Uri.EscapeDataString(method)}.training-{stage + 1}")));

    /// <summary>What a method has learned.</summary>
    internal string Weights(string method) => System.IO.Path.Combine(Path, "weights", $"{Uri.EscapeDataString(method)}.safetensors");

    /// <summary>Writes everything about this point; summary.json last, because it says that the rest is there.</summary>
    internal void Write(PointRun point, PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, IRunProgress progress)
    {
        AtomicFile.WriteText(System.IO.Path.Combine(Path, "diagnostics.csv"), writer => WriteDiagnostics(writer, experiment, runs));
        if (experiment.Trajectories > 1)
            AtomicFile.WriteText(System.IO.Path.Combine(Path, "trajectories.csv"), writer => TrajectoryTable.Write(writer, experiment, runs));
        MethodCalibration[] calibrations = [.. runs.Select((run, m) => ReportMethods.CalibrationOf(run, point.Summary!.Methods[m], experiment, experiment.Times))];
        AtomicFile.WriteText(CalibrationFile, JsonSerializer.Serialize(calibrations, SummaryJson.Compact.IReadOnlyListMethodCalibration) + "\n");
        if (IsOnly)
        {
            WriteReadings(experiment, runs);
            AnalysisFile.Write(Path, point.File.Config.Output ?? new OutputConfig(), experiment.First, runs);
            ReportFile.Write(Path, point, experiment, runs, calibrations, progress);
        }
        AtomicFile.WriteText(SummaryFile, JsonSerializer.Serialize(point.Summary!, SummaryJson.Default.Summary) + "\n");
        if (Directory.Exists(CheckpointFolder))
            Directory.Delete(CheckpointFolder, recursive: true);
    }

    /// <summary>The scores of a point that is done; null where it is not.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    internal Summary? Finished() => File.Exists(SummaryFile) && File.Exists(CalibrationFile) ? Read(SummaryFile, SummaryJson.Default.Summary) : null;

    /// <summary>What a point that is done says of its methods' uncertainty.</summary>
    /// <exception cref="InputException">The file is missing or damaged.</exception>
    internal IReadOnlyList<MethodCalibration> Calibrations() => Read(CalibrationFile, SummaryJson.Default.IReadOnlyListMethodCalibration);

    private static T Read<T>(string file, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(file), type) ?? throw new InputException($"{file} holds null; expected what an earlier run wrote. Run again without --resume.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file} cannot be read: {e.Message.TrimEnd('.')}. Run again without --resume.", e);
        }
    }

    /// <summary>Every reading of a file with its fate and its departures, a table a method.</summary>
    private void WriteReadings(PreparedExperiment experiment, IReadOnlyList<MethodRun> runs)
    {
        foreach (var run in runs)
            if (run.Ledger is { } ledger)
                ObservationTableWriter.Write(
                    System.IO.Path.Combine(Path, "observations", $"{Uri.EscapeDataString(run.Method.Name)}.csv"), ledger, experiment.Fields.Space,
                    experiment.Origin?.Moment, experiment.Origin?.Unit ?? CsvTimeUnit.Hours);
    }

    private static void WriteDiagnostics(TextWriter writer, PreparedExperiment experiment, IReadOnlyList<MethodRun> runs)
    {
        string[] names = [.. runs.SelectMany(run => run.Series.Names).Distinct().Order(StringComparer.Ordinal)];
        var many = experiment.Trajectories > 1;
        writer.WriteLine($"method,{(many ? "trajectory," : "")}cycle,time,{string.Join(',', names)}");
        var line = new StringBuilder();
        foreach (var run in runs)
        {
            var columns = names.Select(run.Series.Find).ToArray();
            for (var (k, times) = (0, experiment.Times); k < experiment.Observations.Count; k++)
            {
                if (k % times >= run.Outcomes[k / times].Used)
                    continue;
                line.Clear().Append(CultureInfo.InvariantCulture, $"{Quote(run.Method.Name)},");
                if (many)
                    line.Append(CultureInfo.InvariantCulture, $"{k / times},");
                line.Append(CultureInfo.InvariantCulture, $"{k % times},{experiment.Problem.Grid.TimeOf(experiment.Observations[k].At):R}");
                foreach (var column in columns)
                    line.Append(',').Append(column is null || double.IsNaN(column[k]) ? "" : column[k].ToString("R", CultureInfo.InvariantCulture));
                writer.WriteLine(line);
            }
        }
    }

    internal static string Quote(string text) =>
        text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
