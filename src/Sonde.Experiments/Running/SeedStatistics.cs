using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>Medians and ranges over the seeds of a sweep.</summary>
internal static class SeedStatistics
{
    private static readonly (string Key, Func<MethodSummary, double> Value)[] Scores =
    [
        ("rmse", m => m.Rmse), ("relativeRmse", m => m.RelativeRmse), ("spread", m => m.Spread), ("spreadErrorRatio", m => m.SpreadErrorRatio),
        ("crps", m => m.Crps), ("energyScore", m => m.EnergyScore), ("coverage90", m => m.Coverage90),
        ("ssrel", m => m.Ssrel), ("ssrelByWidth", m => m.SsrelByWidth), ("ssrat", m => m.Ssrat), ("pitd", m => m.Pitd), ("negativeLogLikelihood", m => m.NegativeLogLikelihood),
        ("forecastRmse", m => m.ForecastRmse),
        ("smoothedRmse", m => m.SmoothedRmse), ("normalizedRmse", m => m.NormalizedRmse), ("normalizedSmoothedRmse", m => m.NormalizedSmoothedRmse),
        ("seconds", m => m.Seconds), ("trainingSeconds", m => m.TrainingSeconds ?? double.NaN),
    ];

    /// <summary>One entry a method and a point of the keys other than the seed; null where the seed was not swept.</summary>
    public static IReadOnlyList<SeedSummary>? Of(IReadOnlyList<Summary> runs)
    {
        if (runs.Any(run => run.Overrides?.ContainsKey("seed") != true))
            return null;
        var entries = runs.SelectMany(run => run.Methods.Select(method =>
        {
            var others = run.Overrides!.Where(o => o.Key != "seed").ToDictionary();
            return (key: $"{method.Name}|{string.Join('|', others.Values)}", method, others);
        }));
        return [.. entries.GroupBy(entry => entry.key).Select(group => Summarize([.. group.Select(e => e.method)], group.First().others))];
    }

    private static SeedSummary Summarize(MethodSummary[] seeds, Dictionary<string, string> overrides)
    {
        var sound = seeds.Where(seed => !seed.Diverged).ToArray();
        return new SeedSummary(
            seeds[0].Name, overrides, seeds.Length, seeds.Length - sound.Length,
            Each(seeds, values => SeriesStatistics.Median(values)), Each(sound, values => values.Min()), Each(sound, values => values.Max()));
    }

    private static Dictionary<string, double> Each(MethodSummary[] seeds, Func<double[], double> reduce)
    {
        var result = new Dictionary<string, double>();
        foreach (var (key, value) in Scores)
            if (seeds.Select(value).Where(double.IsFinite).ToArray() is { Length: > 0 } values)
                result[key] = reduce(values);
        return result;
    }
}
