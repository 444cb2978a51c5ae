using System.Globalization;
using System.Reflection;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Report;
using Sonde.Numerics;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>Makes report.html from what was run.</summary>
public static class ReportFile
{
    private const int MostComponents = 12;
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
    internal static string? Write(string folder, PointRun point, PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, IRunProgress progress)
    {
        var domain = experiment.Problem.System.Domain;
        var times = experiment.Observations.Select(o => experiment.Problem.Grid.TimeOf(o.At)).ToArray();
        var data = new ReportData(Describe(point.File, experiment, times))
        {
            Methods = [.. runs.Select((run, m) => Method(run, point.Summary!.Methods[m], times, experiment.BurnIn))],
            Components = Components(domain, experiment, runs, times),
            Fields = Fields(domain, experiment, runs, times),
            Observations = ObservationsOf(experiment, runs, times),
        };
        return Write(folder, data, progress);
    }

    /// <summary>The report of a sweep.</summary>
    internal static string? Write(string folder, SweepSummary sweep, ExperimentFile first, IRunProgress progress)
    {
        string[] keys = [.. sweep.Runs[0].Overrides!.Keys];
        var runs = sweep.Runs.SelectMany(run => run.Methods.Select(method =>
            new ReportSweepRun([.. keys.Select(key => run.Overrides![key])], method.Name, Scores(method), method.Diverged)));
        var experiment = new ReportExperiment(sweep.Experiment, first.Config.Seed, sweep.Runs[0].Cycles)
        {
            Description = first.Config.Description ?? "",
            Settings = YamlFile.Write(first.Resolved),
            Versions = Versions(),
            BurnInCycles = first.Config.Time.BurnIn,
        };
        return Write(folder, new ReportData(experiment) { Sweep = new ReportSweep(keys, [.. runs]) }, progress);
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

    private static ReportExperiment Describe(ExperimentFile file, PreparedExperiment experiment, double[] times)
    {
        var system = experiment.Problem.System;
        var counts = experiment.Observations.Select(o => o.Count).ToArray();
        return new ReportExperiment(file.Config.Name, file.Config.Seed, times.Length)
        {
            Description = file.Config.Description ?? "",
            BurnIn = experiment.BurnIn > 0 ? times[experiment.BurnIn] : double.NaN,
            BurnInCycles = experiment.BurnIn,
            Facts = new Dictionary<string, string>
            {
                ["System"] = $"{file.Resolved["system"]?["kind"]?.Text}, {Number(system.Width)} components",
                ["Step"] = Number(experiment.Problem.Grid.StepLength),
                ["Observations"] = counts.Length == 0 ? "none" : counts.Min() == counts.Max() ? $"{Number(counts[0])} each time" : $"{Number(counts.Min())} to {Number(counts.Max())} each time",
            },
            Versions = Versions(),
            Settings = YamlFile.Write(file.Resolved),
        };
    }

    private static Dictionary<string, string> Versions() => new()
    {
        ["Sonde"] = typeof(ReportFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
        [".NET"] = Environment.Version.ToString(),
    };

    private static ReportMethod Method(MethodRun run, MethodSummary summary, double[] times, int burnIn)
    {
        return new ReportMethod(run.Method.Name, run.Method.Kind)
        {
            Settings = string.Join(", ", run.Method.Settings.Entries.Where(e => e.Key is not ("kind" or "name")).Select(e => $"{e.Key} {YamlFile.WriteInline(e.Value)}")),
            Scores = Scores(summary),
            Divergence = summary.Diverged && summary.DivergedAt is { } at ? new ReportDivergence(at, times[at], summary.Reason ?? "") : null,
            Ranks = run.Ranks is { Total: > 0 } ranks ? [new ReportRanks("all components", ranks.Counts)] : [],
            SpreadSkill = run.SpreadSkill.Count > 0 ? SpreadSkill(run) : null,
            Reliability = run.Series.Find("coverage90") is null ? null : Reliability(run, burnIn),
            Series =
            [
                .. new[] { ("error", "rmse"), ("spread", "spread"), ("forecastError", "forecastRmse"), ("smoothedError", "smoothedRmse"), ("crps", "crps"), ("innovationConsistency", "consistency") }
                    .Where(pair => run.Series.Find(pair.Item2) is not null)
                    .Select(pair => new ReportSeries(pair.Item1, times, run.Series.Find(pair.Item2)!)),
            ],
        };
    }

    private static ReportSpreadSkill SpreadSkill(MethodRun run)
    {
        var bins = run.SpreadSkill.ByCount(20);
        return new ReportSpreadSkill([.. bins.Select(bin => bin.Spread)], [.. bins.Select(bin => bin.Error)], [.. bins.Select(bin => bin.Count)]);
    }

    private static ReportReliability Reliability(MethodRun run, int burnIn)
    {
        var shares = Recorder.Coverages.Select(c => (c.Level, Mean: SeriesStatistics.Mean(run.Series.Find(c.Name).AsSpan(burnIn)))).ToArray();
        return new ReportReliability([.. shares.Select(s => s.Level)], [.. shares.Select(s => s.Mean.Mean)])
        {
            StandardError = [.. shares.Select(s => s.Mean.StandardError)],
        };
    }

    private static Dictionary<string, ReportScore> Scores(MethodSummary m)
    {
        var scores = new Dictionary<string, ReportScore>();
        Add("rmse", m.Rmse);
        Add("relativeRmse", m.RelativeRmse);
        Add("forecastRmse", m.ForecastRmse);
        Add("smoothedRmse", m.SmoothedRmse);
        Add("spread", m.Spread);
        Add("spreadErrorRatio", m.SpreadErrorRatio);
        Add("crps", m.Crps);
        Add("energyScore", m.EnergyScore);
        Add("coverage90", m.Coverage90);
        foreach (var (name, value) in m.ParameterRmse)
            Add($"parameterRmse.{name}", value);
        Add("seconds", m.Seconds);
        return scores;

        void Add(string key, double value)
        {
            if (double.IsFinite(value))
                scores[key] = new ReportScore(value, m.StandardErrors.GetValueOrDefault(key, double.NaN));
        }
    }

    /// <summary>Single points of a small state, and parameters of any.</summary>
    private static List<ReportComponent> Components(Domain domain, PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, double[] times)
    {
        var components = new List<ReportComponent>();
        var kept = KeptTimes(runs, times);
        for (var f = 0; f < domain.Fields.Count && domain.Fields.Count <= MostComponents; f++)
            if (domain.Fields[f].Grid.Count == 1)
                components.Add(Component(domain.OffsetOf(f), domain.Fields[f].Name, domain.Fields[f].Unit, false));
        for (var p = 0; p < domain.Parameters.Count; p++)
            components.Add(Component(domain.FieldWidth + p, domain.Parameters[p], "1", true));
        return components;

        ReportComponent Component(int column, string name, string unit, bool isParameter)
        {
            var observed = Observed(experiment, times, name);
            return new ReportComponent(name, unit)
            {
                IsParameter = isParameter,
                Times = kept,
                Truth = experiment.Truth is { } truth ? Column(truth, column, runs[0].History.Every) : null,
                Bands = [.. runs.Select(run => Band(run, column))],
                ObservationTimes = [.. observed.Select(o => o.Time)],
                ObservationValues = [.. observed.Select(o => o.Value)],
            };
        }
    }

    private static ReportBand Band(MethodRun run, int column)
    {
        const double normal95 = 1.6448536269514722;             // the 95 % quantile of N(0, 1)
        var (mean, sd) = (Column(run.History.Mean, column, 1), Column(run.History.StandardDeviation, column, 1));
        return new ReportBand(run.Method.Name, mean, [.. mean.Zip(sd, (m, s) => m - normal95 * s)], [.. mean.Zip(sd, (m, s) => m + normal95 * s)]);
    }

    private static double[] KeptTimes(IReadOnlyList<MethodRun> runs, double[] times) =>
        [.. Enumerable.Range(0, runs[0].History.Mean.Rows).Select(row => times[row * runs[0].History.Every])];

    private static double[] Column(Matrix<double> states, int column, int every) =>
        [.. Enumerable.Range(0, (states.Rows + every - 1) / every).Select(row => states[row * every, column])];

    private static List<(double Time, double Value)> Observed(PreparedExperiment experiment, double[] times, string quantity)
    {
        var found = new List<(double, double)>();
        foreach (var observation in experiment.Observations)
            for (var i = 0; i < observation.Count; i++)
                if (observation.Quantities[i] == quantity)
                    found.Add((times[observation.Index], observation.Values.Span[i]));
        return found;
    }

    private static List<ReportField> Fields(Domain domain, PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, double[] times)
    {
        var fields = new List<ReportField>();
        var kept = KeptTimes(runs, times);
        var perTime = (long)domain.FieldWidth * (1 + 2 * runs.Count);
        var rows = ReportThinning.Snapshots(kept.Length, perTime);
        for (var f = 0; f < domain.Fields.Count; f++)
        {
            if (domain.Fields[f].Grid.Count == 1)
                continue;
            var (field, offset) = (domain.Fields[f], domain.OffsetOf(f));
            fields.Add(new ReportField(field.Name, field.Unit, Geometry(domain.Space, field.Grid), [.. rows.Select(row => kept[row])])
            {
                Truth = experiment.Truth is { } truth ? [.. rows.Select(row => Single(truth[row * runs[0].History.Every].Slice(offset, field.Grid.Count)))] : null,
                Estimates =
                [
                    .. runs.Select(run => new ReportEstimate(run.Method.Name)
                    {
                        Mean = [.. rows.Select(row => Single(run.History.Mean[row].Slice(offset, field.Grid.Count)))],
                        Spread = [.. rows.Select(row => Single(run.History.StandardDeviation[row].Slice(offset, field.Grid.Count)))],
                    }),
                ],
            });
        }
        return fields;
    }

    private static ReportGeometry Geometry(ISpace space, IGrid grid)
    {
        var onSphere = space is Sphere;
        if (grid is RegularGrid regular)
        {
            if (regular.Y is { } y)
                return new ReportGeometry(onSphere ? ReportGeometryKind.Sphere : ReportGeometryKind.Plane, Axis(regular.X), Axis(y))
                {
                    XName = onSphere ? "longitude" : "x", YName = onSphere ? "latitude" : "y", Unit = onSphere ? "°" : "",
                };
            return new ReportGeometry(space.Periods.X > 0 ? ReportGeometryKind.Ring : ReportGeometryKind.Line, Axis(regular.X), []) { XName = "site" };
        }
        var points = Enumerable.Range(0, grid.Count).Select(i => grid[i]).ToArray();
        return new ReportGeometry(onSphere ? ReportGeometryKind.ScatteredSphere : ReportGeometryKind.Scattered, [.. points.Select(p => p.X)], [.. points.Select(p => p.Y)]);

        static double[] Axis(GridAxis axis) => [.. Enumerable.Range(0, axis.Count).Select(i => axis[i])];
    }

    private static float[] Single(ReadOnlySpan<double> values)
    {
        var single = new float[values.Length];
        for (var i = 0; i < single.Length; i++)
            single[i] = (float)values[i];
        return single;
    }

    private static ReportObservations ObservationsOf(PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, double[] times)
    {
        var all = experiment.Observations;
        string[] names = [.. all.SelectMany(o => o.Quantities).Distinct().Take(byte.MaxValue)];
        var flat = all.SelectMany(o => Enumerable.Range(0, o.Count).Select(i => (o, i))).ToArray();
        var counts = names.Select(name => new ReportFateCount(name, ReportFateCount.Used, flat.Count(p => p.o.Quantities[p.i] == name)));
        if (experiment.Ledger is { } ledger)
            counts = Fates.Counts(ledger.Count()).SelectMany(field => field.Value.Select(fate => new ReportFateCount(field.Key, fate.Key, fate.Value)));
        return new ReportObservations
        {
            Counts = [.. counts, .. runs.SelectMany(Judged)],
            FieldNames = names,
            FateNames = [ReportFateCount.Used],
            Times = [.. flat.Select(p => times[p.o.Index])],
            X = [.. flat.Select(p => p.o.Points[p.i]?.X ?? double.NaN)],
            Y = [.. flat.Select(p => p.o.Points[p.i]?.Y ?? double.NaN)],
            Values = [.. flat.Select(p => p.o.Values.Span[p.i])],
            Field = [.. flat.Select(p => (byte)Math.Max(0, Array.IndexOf(names, p.o.Quantities[p.i])))],
            Fate = new byte[flat.Length],
        };
    }

    private static IEnumerable<ReportFateCount> Judged(MethodRun run) =>
        (run.Summarize().BackgroundCheck ?? new Dictionary<string, IReadOnlyDictionary<string, int>>())
            .SelectMany(field => field.Value.Where(fate => fate.Key != ReportFateCount.Used).Select(fate => new ReportFateCount(field.Key, fate.Key, fate.Value, run.Method.Name)));

    private static string Number(double value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);
}
