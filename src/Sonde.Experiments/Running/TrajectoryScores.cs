using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>
/// Averages of a method's series. Of one trajectory: over time, with standard errors that heed autocorrelation. Of many: first over each one's
/// times, then over the trajectories, whose scatter gives the standard error because they are independent. Trajectories whose numbers
/// failed have no averages, for what came before the failure would look like skill; whoever shows a mean shows their number too.
/// </summary>
/// <param name="experiment">What all methods share.</param>
/// <param name="series">By position in its observations.</param>
/// <param name="outcomes">One a trajectory.</param>
/// <param name="lostAt">Where innovations showed that the truth was lost, one a trajectory.</param>
public sealed class TrajectoryScores(PreparedExperiment experiment, SeriesTable series, IReadOnlyList<TrajectoryOutcome> outcomes, IReadOnlyList<int?> lostAt)
{
    private const string Lost = "innovations far larger than the spread explains, and as large as without assimilation";

    /// <summary>Scores that are root mean squares over times, components and trajectories alike, and not means of roots.</summary>
    private static readonly HashSet<string> Quadratic = ["normalizedRmse", "normalizedSmoothedRmse"];

    /// <summary>Which scores have medians.</summary>
    private static readonly string[] Ranked =
        ["rmse", "smoothedRmse", "normalizedRmse", "normalizedSmoothedRmse", "forecastRmse", "spread", "crps", "coverage90"];

    /// <summary>Trajectories whose numbers stayed finite.</summary>
    public IReadOnlyList<int> Sound { get; } = [.. Enumerable.Range(0, outcomes.Count).Where(k => !outcomes[k].HasFailed)];

    /// <summary>The average of a series, or of a root mean square, over everything that is scored.</summary>
    public SeriesMean Average(string name) => Quadratic.Contains(name) ? Root(Average(name, value => value * value)) : Average(name, value => value);

    /// <summary>The average of a function of a series.</summary>
    public SeriesMean Average(string name, Func<double, double> of)
    {
        if (Sound.Count == 0 || series.Find(name) is not { } values)
            return new SeriesMean(double.NaN, double.NaN, double.NaN, 0);
        if (experiment.Trajectories == 1)
            return SeriesStatistics.Mean([.. experiment.Scored.Of(values).ToArray().Select(of)]);
        double[] means = [.. Sound.Select(k => Of(values, k, of)).Where(mean => !double.IsNaN(mean))];
        if (means.Length == 0)
            return new SeriesMean(double.NaN, double.NaN, double.NaN, 0);
        var mean = means.Average();
        var error = means.Length < 2 ? double.NaN : Math.Sqrt(means.Sum(one => (one - mean) * (one - mean)) / (means.Length - 1) / means.Length);
        return new SeriesMean(mean, error, means.Length, means.Length);
    }

    /// <summary>The average over one trajectory; NaN where its numbers failed or nothing was recorded.</summary>
    public double Of(string name, int trajectory) =>
        outcomes[trajectory].HasFailed || series.Find(name) is not { } values ? double.NaN
        : Quadratic.Contains(name) ? RootMeanSquare(name, trajectory)
        : Of(values, trajectory, value => value);

    /// <summary>The root mean square over one trajectory; NaN where its numbers failed or nothing was recorded.</summary>
    public double RootMeanSquare(string name, int trajectory) =>
        outcomes[trajectory].HasFailed || series.Find(name) is not { } values ? double.NaN : Math.Sqrt(Of(values, trajectory, value => value * value));

    /// <summary>Medians over all trajectories, in which one whose numbers failed is worse than any other.</summary>
    public IReadOnlyDictionary<string, double> Medians()
    {
        var medians = new Dictionary<string, double>();
        foreach (var name in Ranked)
            if (series.Find(name) is not null && Sound.Any(k => !double.IsNaN(Of(name, k))))
                medians[name] = SeriesStatistics.Median([.. Enumerable.Range(0, outcomes.Count).Select(k => outcomes[k].HasFailed ? double.PositiveInfinity : Of(name, k))]);
        return medians;
    }

    /// <summary>Trajectories that diverged, in order.</summary>
    public IReadOnlyList<DivergedTrajectory> Failures() =>
    [
        .. Enumerable.Range(0, outcomes.Count).Where(k => outcomes[k].HasFailed || lostAt[k] is not null)
            .Select(k => outcomes[k].HasFailed
                ? new DivergedTrajectory(k, Math.Max(0, outcomes[k].Used - 1), false, outcomes[k].Reason ?? "")
                : new DivergedTrajectory(k, lostAt[k]!.Value, true, Lost)),
    ];

    /// <summary>By cycle the mean over trajectories that did not fail; the series itself where there is one trajectory.</summary>
    public double[] ByCycle(double[] values)
    {
        if (experiment.Trajectories == 1)
            return values;
        return [.. Enumerable.Range(0, experiment.Times).Select(t =>
        {
            double[] there = [.. Sound.Select(k => values[k * experiment.Times + t]).Where(value => !double.IsNaN(value))];
            return there.Length == 0 ? double.NaN : there.Average();
        })];
    }

    private double Of(double[] values, int trajectory, Func<double, double> of)
    {
        var (sum, count) = (0.0, 0);
        for (var t = experiment.Scored.First; t < Math.Min(experiment.Times, experiment.Scored.End); t++)
            if (values[trajectory * experiment.Times + t] is var value && !double.IsNaN(value))
                (sum, count) = (sum + of(value), count + 1);
        return count == 0 ? double.NaN : sum / count;
    }

    private static SeriesMean Root(SeriesMean square)
    {
        var root = Math.Sqrt(square.Mean);
        return square with { Mean = root, StandardError = square.StandardError / (2 * root) };       // δ√s = δs / 2√s
    }
}
