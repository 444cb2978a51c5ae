using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Report;

namespace Sonde.Experiments.Running;

/// <summary>Makes report.html from what was run.</summary>
public static class ReportFile
{
    private const string Data = "report.data";

    /// <summary>Makes the report of a results folder again; returns its path, null where the front end is missing.</summary>
    /// <exception cref="InputException">The folder holds no results.</exception>
    public static string? Rebuild(string folder, IRunProgress progress)
    {
        var data = Path.Combine(folder, Data);
        return File.Exists(data)
            ? Write(folder, ReportPack.Load(data), progress)
            : throw new InputException($"{data} was not found; expected the results folder of a finished run.");
    }

    /// <summary>The report of one experiment; returns its path, null where the front end is missing.</summary>
    internal static string? Write(string folder, PointRun point, PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, IReadOnlyList<MethodCalibration> calibrations, IRunProgress progress)
    {
        var shown = experiment.First;
        var times = shown.Observations.Select(o => experiment.Problem.Grid.TimeOf(o.At)).ToArray();
        var data = new ReportData(Describe(point, experiment, times))
        {
            Methods = [.. runs.Select((run, m) => ReportMethods.Of(run, point.Summary!.Methods[m], calibrations[m], experiment, times))],
            Components = ReportStates.Components(experiment, runs, times),
            Posteriors = ReportPosteriors.Of(shown, runs),
            Fields = ReportStates.Fields(shown, runs, times),
            Observations = ReportReadings.Of(experiment, runs, times),
        };
        return Write(folder, data, progress);
    }

    /// <summary>The report of a sweep: every run, and where nothing but the seed is swept the methods over all seeds.</summary>
    internal static string? Write(string folder, SweepSummary sweep, IReadOnlyList<IReadOnlyList<MethodCalibration>> calibrations, ExperimentFile first, IRunProgress progress)
    {
        string[] keys = [.. sweep.Runs[0].Overrides!.Keys];
        var runs = sweep.Runs.SelectMany(run => run.Methods.Select(method =>
            new ReportSweepRun([.. keys.Select(key => run.Overrides![key])], method.Name, SeedMethods.Scores(run, method), method.Diverged)));
        var (least, most) = (sweep.Runs.Min(run => run.Cycles), sweep.Runs.Max(run => run.Cycles));
        var experiment = Describe(first, least) with
        {
            MostCycles = most > least ? most : null,
            Trajectories = sweep.Runs[0].Trajectories ?? 1,
            Seconds = sweep.Runs.Sum(run => run.Methods.Sum(method => method.Seconds + (method.TrainingSeconds ?? 0))),
        };
        var data = new ReportData(experiment)
        {
            Sweep = new ReportSweep(keys, [.. runs]),
            Methods = keys is ["seed"] ? SeedMethods.Of(sweep, calibrations, first.Methods) : [],
        };
        return Write(folder, data, progress);
    }

    private static string? Write(string folder, ReportData data, IRunProgress progress)
    {
        var pack = ReportWriter.Pack(data);
        pack.Save(Path.Combine(folder, Data));
        return Write(folder, pack, progress);
    }

    private static string? Write(string folder, ReportPack pack, IRunProgress progress)
    {
        if (ReportWriter.Unavailable is { } sentence)
        {
            progress.Note(sentence);
            return null;
        }
        var path = Path.Combine(folder, "report.html");
        AtomicFile.Write(path, stream => ReportWriter.Write(pack, stream));
        return path;
    }

    /// <summary>What single runs and sweeps have in common.</summary>
    private static ReportExperiment Describe(ExperimentFile file, int cycles) => new(file.Config.Name, file.Config.Seed, cycles)
    {
        Description = file.Config.Description ?? "",
        BurnInCycles = file.Config.Time.BurnIn,
        TailCycles = file.Config.Time.Tail,
        Finished = DateTimeOffset.UtcNow,
        Versions = new Dictionary<string, string>
        {
            ["Sonde"] = typeof(ReportFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            [".NET"] = Environment.Version.ToString(),
            ["Machine"] = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processor{(Environment.ProcessorCount == 1 ? "" : "s")}",
        },
        Settings = YamlFile.Write(file.Resolved),
    };

    private static ReportExperiment Describe(PointRun point, PreparedExperiment experiment, double[] times)
    {
        var system = experiment.Problem.System;
        int[] counts = experiment.Trajectories == 1
            ? [.. experiment.Observations.Select(o => o.Count)]
            : [.. Enumerable.Range(0, experiment.Trajectories).Select(k => experiment.Of(k).Sum(o => o.Count))];
        var of = experiment.Trajectories == 1 ? "time" : "trajectory";
        return Describe(point.File, times.Length) with
        {
            Trajectories = experiment.Trajectories,
            BurnIn = experiment.Scored.First > 0 ? times[experiment.Scored.First] : double.NaN,
            Tail = experiment.Scored.End < times.Length ? times[experiment.Scored.End - 1] : double.NaN,
            TimeUnit = experiment.Origin is { } origin ? origin.Unit.ToString().ToLowerInvariant() : "time units",
            Origin = experiment.Origin?.Moment,
            SecondsPerUnit = experiment.Origin is { Unit: var unit } ? CsvTime.Span(unit).TotalSeconds : double.NaN,
            Seconds = point.Summary!.Methods.Sum(method => method.Seconds + (method.TrainingSeconds ?? 0)),
            Facts = new Dictionary<string, string>
            {
                ["System"] = $"{point.File.Resolved["system"]?["kind"]?.Text}, {Number(system.Width)} components",
                ["Step"] = Number(experiment.Problem.Grid.StepLength),
                ["Observations"] = counts.Length == 0 ? "none" : counts.Min() == counts.Max() ? $"{Number(counts[0])} each {of}" : $"{Number(counts.Min())} to {Number(counts.Max())} each {of}",
            },
        };
    }

    private static string Number(double value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);
}
