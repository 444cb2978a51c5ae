using System.Globalization;
using System.Text.Json;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;

namespace Sonde.Experiments.Running;

/// <summary>The folder of one run: the resolved experiment, and a point's files in it or one folder a point of a sweep.</summary>
public sealed class ResultsFolder
{
    private readonly string path;
    private readonly IReadOnlyList<ExperimentFile> points;

    private ResultsFolder(string path, IReadOnlyList<ExperimentFile> points) => (this.path, this.points) = (path, points);

    /// <summary>Makes the folder, or, to resume, makes sure that it belongs to the same experiment.</summary>
    /// <exception cref="InputException">The folder cannot be made, or holds another experiment.</exception>
    public static ResultsFolder Open(string path, IReadOnlyList<ExperimentFile> points, bool resume)
    {
        var text = string.Concat(points.Select(point => YamlFile.Write(point.Resolved) + (points.Count > 1 ? "---\n" : "")));
        var file = Path.Combine(path, points.Count > 1 ? "experiments.yaml" : "experiment.yaml");
        try
        {
            if (resume && File.Exists(file))
            {
                if (File.ReadAllText(file) != text)
                    throw new InputException($"{file} is not the experiment to resume: settings differ; run without --resume, or into another folder with --out.");
            }
            else
            {
                Clear(path);
                AtomicFile.WriteText(file, text);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The results folder {path} cannot be written: {e.Message}", e);
        }
        return new ResultsFolder(path, points);
    }

    /// <summary>Where results of this name go unless somebody says otherwise.</summary>
    public static string Usual(string name)
    {
        var invalid = Path.GetInvalidFileNameChars();
        return Path.Combine("results", new string([.. name.Select(c => invalid.Contains(c) || char.IsWhiteSpace(c) ? '-' : c)]));
    }

    /// <summary>The folder of one point.</summary>
    public PointFolder Point(int index)
    {
        if (points.Count == 1)
            return new PointFolder(path, "", true);
        var label = string.Join(' ', points[index].Overrides.Select(o => $"{o.Key}={o.Value}"));
        return new PointFolder(Path.Combine(path, "runs", (index + 1).ToString("0000", CultureInfo.InvariantCulture)), label, false);
    }

    /// <summary>Writes what all points have in common, and the report.</summary>
    internal RunOutcome Finish(IReadOnlyList<PointRun> runs, IRunProgress progress)
    {
        var config = points[0].Config;
        var (least, most) = (runs.Min(run => run.Summary!.Cycles), runs.Max(run => run.Summary!.Cycles));
        var cycles = most > least ? string.Create(CultureInfo.InvariantCulture, $"{least} to {most}") : least.ToString(CultureInfo.InvariantCulture);
        var of = runs[0].Summary!.Trajectories is { } count ? string.Create(CultureInfo.InvariantCulture, $"{count} trajectories of ") : "";
        var title = string.Create(CultureInfo.InvariantCulture, $"{config.Name}: {of}{cycles} cycles, {(runs.Count > 1 ? $"{runs.Count} runs" : $"seed {config.Seed}")}");
        if (runs.Count == 1)
        {
            var report = Path.Combine(path, "report.html");
            return new RunOutcome(title, path, runs[0].Summary, null, runs[0].Folder.SummaryFile, File.Exists(report) ? report : null);
        }
        var sweep = new SweepSummary(config.Name, [.. runs.Select(run => run.Summary!)], SeedStatistics.Of([.. runs.Select(run => run.Summary!)]));
        var file = Path.Combine(path, "summary.json");
        AtomicFile.WriteText(file, JsonSerializer.Serialize(sweep, SummaryJson.Default.SweepSummary) + "\n");
        return new RunOutcome(title, path, null, sweep, file, ReportFile.Write(path, sweep, [.. runs.Select(run => run.Folder.Calibrations())], points[0], progress));
    }

    /// <summary>Removes what an earlier run left, and nothing that it did not make.</summary>
    private static void Clear(string path)
    {
        foreach (var file in new[] { "summary.json", "calibration.json", "diagnostics.csv", "trajectories.csv", "report.html", "report.data", "experiment.yaml", "experiments.yaml", "analysis.nc" })
            if (Directory.Exists(path))
                File.Delete(Path.Combine(path, file));
        foreach (var folder in new[] { "analysis.zarr", "checkpoint", "observations", "runs", "weights" })
            if (Directory.Exists(Path.Combine(path, folder)))
                Directory.Delete(Path.Combine(path, folder), recursive: true);
    }
}
