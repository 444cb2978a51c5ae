using System.Globalization;

namespace Sonde.Experiments.Running;

/// <summary>trajectories.csv: a row a method and trajectory, with the averages over its scored times.</summary>
internal static class TrajectoryTable
{
    /// <summary>Scores that come first, where a method has them; numbers that methods report follow.</summary>
    internal static readonly string[] Scores =
        ["rmse", "smoothedRmse", "normalizedRmse", "normalizedSmoothedRmse", "forecastRmse", "spread", "smoothedSpread", "crps", "negativeLogLikelihood", "coverage90"];

    public static void Write(TextWriter writer, PreparedExperiment experiment, IReadOnlyList<MethodRun> runs)
    {
        var known = runs.SelectMany(run => run.Series.Names).ToHashSet(StringComparer.Ordinal);
        string[] diagnostics = [.. runs.SelectMany(run => run.Diagnostics).Distinct().Except(Scores).Order(StringComparer.Ordinal)];
        string[] names = [.. Scores.Where(known.Contains), .. diagnostics];
        writer.WriteLine($"method,trajectory,{string.Join(',', names)},seconds,diverged,divergedAt,reason");
        foreach (var run in runs)
        {
            var failures = run.Scores.Failures().ToDictionary(failure => failure.Trajectory);
            for (var k = 0; k < experiment.Trajectories; k++)
            {
                var failure = failures.GetValueOrDefault(k);
                string[] cells =
                [
                    PointFolder.Quote(run.Method.Name), k.ToString(CultureInfo.InvariantCulture),
                    .. names.Select(name => Number(run.Scores.Of(name, k))), Number(run.Outcomes[k].Seconds),
                    failure is null ? "false" : "true", failure?.Cycle.ToString(CultureInfo.InvariantCulture) ?? "", PointFolder.Quote(failure?.Reason ?? ""),
                ];
                writer.WriteLine(string.Join(',', cells));
            }
        }
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
}
