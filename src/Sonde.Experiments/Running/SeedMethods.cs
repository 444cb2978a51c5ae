using Sonde.Experiments.Configuration;
using Sonde.Experiments.Report;

namespace Sonde.Experiments.Running;

/// <summary>Methods over the seeds of a sweep: means of their scores, the scatter between seeds as their error, and what all seeds together say of their uncertainty.</summary>
internal static class SeedMethods
{
    /// <summary>One entry a method.</summary>
    /// <param name="sweep">Runs that differ in nothing but the seed.</param>
    /// <param name="calibrations">Of each run.</param>
    /// <param name="methods">The methods.</param>
    public static IReadOnlyList<ReportMethod> Of(SweepSummary sweep, IReadOnlyList<IReadOnlyList<MethodCalibration>> calibrations, IReadOnlyList<MethodEntry> methods) =>
        [.. methods.Select((entry, m) => Of(entry, [.. sweep.Runs.Select((run, r) => (run, run.Methods[m], calibrations[r][m]))]))];

    /// <summary>Every score of a method in one run.</summary>
    public static Dictionary<string, ReportScore> Scores(Summary run, MethodSummary method) =>
        ReportMethods.Scores(method, Times(run)).Concat(ReportMethods.Calibration(method)).ToDictionary();

    private static int Times(Summary run) => run.Cycles * (run.Trajectories ?? 1);

    private static ReportMethod Of(MethodEntry entry, (Summary Run, MethodSummary Scores, MethodCalibration Calibration)[] seeds)
    {
        var sound = seeds.Where(seed => !seed.Scores.Diverged).ToArray();
        var counted = sound.Length > 0 ? sound : seeds;
        return new ReportMethod(entry.Name, entry.Kind)
        {
            Settings = ReportMethods.Settings(entry),
            Scores = Mean([.. counted.Select(seed => ReportMethods.Scores(seed.Scores, Times(seed.Run)))]),
            Calibration = Mean([.. counted.Select(seed => ReportMethods.Calibration(seed.Scores))]),
            Divergence = sound.Length == 0 ? new ReportDivergence(seeds[0].Scores.DivergedAt ?? -1, double.NaN, seeds[0].Scores.Reason ?? "") : null,
            Learned = [.. counted.SelectMany(seed => seed.Scores.Learned ?? new Dictionary<string, LearnedEstimate>()).GroupBy(pair => pair.Key)
                .Select(group => new ReportLearned(group.Key, group.Average(pair => pair.Value.Value), group.First().Value.Truth ?? double.NaN))],
            Ranks = Ranks(counted.SelectMany(seed => seed.Calibration.Ranks)),
            SpreadSkill = SpreadSkill([.. counted.Select(seed => seed.Calibration.SpreadSkill).OfType<ReportSpreadSkill>()]),
            Reliability = Reliability([.. counted.Select(seed => seed.Calibration.Reliability).OfType<ReportReliability>()]),
        };
    }

    private static Dictionary<string, ReportScore> Mean(Dictionary<string, ReportScore>[] seeds) =>
        seeds.SelectMany(seed => seed).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => Mean([.. group.Select(pair => pair.Value.Value)]));

    /// <summary>With the standard error that the scatter tells; NaN of one value.</summary>
    private static ReportScore Mean(double[] values)
    {
        var mean = values.Average();
        return new(mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length));
    }

    /// <summary>Ranks of the same name are counted together where they have as many places.</summary>
    private static IReadOnlyList<ReportRanks> Ranks(IEnumerable<ReportRanks> all) =>
    [
        .. all.GroupBy(ranks => (ranks.Label, ranks.Counts.Count)).Select(group => new ReportRanks(group.Key.Label, [.. Enumerable.Range(0, group.Key.Count).Select(i => group.Sum(ranks => ranks.Counts[i]))])
        {
            EffectiveCount = group.Sum(ranks => ranks.EffectiveCount),
        }),
    ];

    private static ReportReliability? Reliability(ReportReliability[] seeds)
    {
        if (seeds.Length == 0)
            return null;
        var means = Enumerable.Range(0, seeds[0].Nominal.Length).Select(i => Mean([.. seeds.Select(seed => seed.Observed[i])])).ToArray();
        return new(seeds[0].Nominal, [.. means.Select(mean => mean.Value)]) { StandardError = [.. means.Select(mean => mean.StandardError)] };
    }

    /// <summary>Bins of all seeds in the order of their spreads, as many at a time as there are seeds.</summary>
    private static ReportSpreadSkill? SpreadSkill(ReportSpreadSkill[] seeds)
    {
        if (seeds.Length == 0)
            return null;
        var bins = seeds.SelectMany(seed => seed.Spread.Select((spread, i) => (Spread: spread, Error: seed.Error[i], Count: seed.Counts[i]))).OrderBy(bin => bin.Spread).Chunk(seeds.Length)
            .Select(chunk => (Spread: Root(chunk, bin => bin.Spread), Error: Root(chunk, bin => bin.Error), Count: chunk.Sum(bin => bin.Count))).ToArray();
        var (edges, frequencies) = Frequencies([.. seeds.Where(seed => seed.Frequencies.Count > 0)]);
        return new([.. bins.Select(bin => bin.Spread)], [.. bins.Select(bin => bin.Error)], [.. bins.Select(bin => bin.Count)]) { Edges = edges, Frequencies = frequencies };

        static double Root((double Spread, double Error, long Count)[] chunk, Func<(double Spread, double Error, long Count), double> of) =>
            Math.Sqrt(chunk.Sum(bin => bin.Count * of(bin) * of(bin)) / chunk.Sum(bin => bin.Count));
    }

    /// <summary>Counts in as many bins between the least and the greatest edge of all seeds; a bin that lies across an edge gives to both sides by its parts.</summary>
    private static (double[] Edges, long[] Counts) Frequencies(ReportSpreadSkill[] seeds)
    {
        if (seeds.Length == 0)
            return ([], []);
        var (count, low, high) = (seeds.Max(seed => seed.Frequencies.Count), seeds.Min(seed => seed.Edges[0]), seeds.Max(seed => seed.Edges[^1]));
        double[] edges = [.. Enumerable.Range(0, count + 1).Select(i => low + (high - low) * i / count)];
        long[] below = [0, .. edges.Skip(1).Select(edge => (long)Math.Round(seeds.Sum(seed => Below(seed, edge))))];
        return (edges, [.. Enumerable.Range(0, count).Select(i => below[i + 1] - below[i])]);
    }

    /// <summary>How many spreads lie below an edge, as if those of a bin were evenly spread; the last edge has all below it.</summary>
    private static double Below(ReportSpreadSkill seed, double edge)
    {
        var sum = 0.0;
        for (var i = 0; i < seed.Frequencies.Count; i++)
        {
            var (left, right) = (seed.Edges[i], seed.Edges[i + 1]);
            sum += seed.Frequencies[i] * (edge >= right ? 1 : edge <= left ? 0 : (edge - left) / (right - left));
        }
        return sum;
    }
}
