using Sonde.Assimilation;
using Sonde.Numerics;

namespace Sonde.Verification;

/// <summary>
/// Scores what a method believes, time after time: keeps every score's series, and pools ranks and spread against error over the
/// times that count. Coverage of probability q is the share of components whose truth lies in the central interval: for a
/// Gaussian, mean ± z σ; for an ensemble, between order statistics α and N + 1 − α, α = (1 − q)(N + 1)/2, counted by fractions where
/// α is no whole number, so that the expected coverage of a calibrated ensemble is q for any N. Allocates nothing per time but the
/// series' growth.
/// </summary>
public sealed class ScoreKeeper
{
    private static readonly string[] ScoreNames = ["rmse", "relativeRmse", "spread", "crps", "ensembleCrps", "energyScore", "negativeLogLikelihood"];
    private readonly Calibration calibration;
    private readonly string[] names;
    private readonly int first;
    private readonly int? components;
    private readonly ScoredTimes scored;
    private readonly int? period;
    private readonly double[][] series;

    /// <summary>A keeper of scores of some components of a row.</summary>
    /// <param name="random">Breaks ties in ranks, by time, so that results depend on no order.</param>
    /// <param name="scored">Times that count in what is pooled and in averages; null for all.</param>
    /// <param name="levels">Probabilities of the central intervals; 0.5, 0.9 and 0.95 by default.</param>
    /// <param name="first">The first component that is scored.</param>
    /// <param name="components">How many are scored; null for all from the first on.</param>
    /// <param name="period">Times of each of several series that follow one another, in each of which the same times count; null for one series.</param>
    /// <exception cref="ArgumentException">A level lies outside (0, 1), or a number is negative.</exception>
    public ScoreKeeper(RandomSource random, ScoredTimes? scored = null, IReadOnlyList<double>? levels = null, int first = 0, int? components = null, int? period = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(components ?? 1, 1, nameof(components));
        ArgumentOutOfRangeException.ThrowIfLessThan(period ?? 1, 1, nameof(period));
        (this.scored, this.first, this.components, this.period) = (scored ?? ScoredTimes.All, first, components, period);
        Levels = [.. levels ?? [0.5, 0.9, 0.95]];
        calibration = new Calibration([.. Levels], random);
        names = [.. ScoreNames, .. Levels.Select(level => FormattableString.Invariant($"coverage{100 * level:0.###}"))];
        series = [.. names.Select(_ => Array.Empty<double>())];
    }

    /// <summary>Probabilities of the central intervals.</summary>
    public IReadOnlyList<double> Levels { get; }

    /// <summary>
    /// Names of the series: rmse, relativeRmse, spread, crps (fair), ensembleCrps, energyScore (fair), negativeLogLikelihood, as in
    /// <see cref="Scores"/>, and coverage50, coverage90, … by level.
    /// </summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>One more than the last time recorded.</summary>
    public int Times { get; private set; }

    /// <summary>The first time at which the belief was not finite; null where it always was. Such times are NaN in every series.</summary>
    public int? DivergedAt { get; private set; }

    /// <summary>Places of truths among members (or in 20 equal parts of a Gaussian's probability) at times that count; null before any.</summary>
    public RankHistogram? Ranks => calibration.Ranks;

    /// <summary>Predicted variances and squared errors at times that count.</summary>
    public SpreadSkill SpreadSkill => calibration.SpreadSkill;

    /// <summary>Goes on pooling ranks from where an earlier keeper stopped; for the pairs see <see cref="SpreadSkill.Restore"/>.</summary>
    public void RestoreRanks(RankHistogram earlier) => calibration.RestoreRanks(earlier);

    /// <summary>Time mean of the spread over time mean of the error.</summary>
    public double SpreadErrorRatio => Average("spread").Mean / Average("rmse").Mean;

    /// <summary>A score by time, NaN where nothing was recorded or the belief was not finite. Valid until the next time is recorded.</summary>
    /// <exception cref="ArgumentException">No series has this name.</exception>
    public ReadOnlySpan<double> Series(string name)
    {
        var at = Array.IndexOf(names, name);
        if (at < 0)
            throw new ArgumentException($"No score is called '{name}'; there are {string.Join(", ", names)}.", nameof(name));
        return series[at].AsSpan(0, Times);
    }

    /// <summary>The average of a score over the times that count.</summary>
    /// <exception cref="ArgumentException">No series has this name.</exception>
    public SeriesMean Average(string name)
    {
        if (period is null)
            return SeriesStatistics.Mean(scored.Of(Series(name)));
        double[] kept = [.. Series(name)];
        for (var time = 0; time < kept.Length; time++)
            if (!IsScored(time))
                kept[time] = double.NaN;
        return SeriesStatistics.Mean(kept);
    }

    /// <summary>Scores a belief. A time recorded again replaces its numbers in the series; what is pooled counts both.</summary>
    /// <param name="time">Index of the observation time, from 0.</param>
    /// <param name="belief">An ensemble or a Gaussian.</param>
    /// <param name="truth">The whole row, of which the keeper's components are scored.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the belief is of another kind.</exception>
    public Scores Record(int time, IBelief belief, ReadOnlySpan<double> truth)
    {
        if (belief is EnsembleBelief ensemble)
            return Record(time, ensemble.Members, ensemble.Weights, truth);
        if (belief is not GaussianBelief gaussian)
            throw new ArgumentException($"Ensembles and Gaussians can be scored, but not {belief?.GetType().Name}.", nameof(belief));
        using var frame = Scratch.Enter();
        var variance = frame.Rent(1, gaussian.Width)[0];
        gaussian.Variance(variance);
        return Record(time, gaussian.MeanState, variance, truth);
    }

    /// <summary>Scores an ensemble.</summary>
    /// <param name="time">Index of the observation time, from 0.</param>
    /// <param name="members">[N, width].</param>
    /// <param name="weights">Sum to 1, [N]; empty for equal weights.</param>
    /// <param name="truth">[width].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Scores Record(int time, ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, ReadOnlySpan<double> truth)
    {
        EnsembleScores.Fit(members, weights, truth);
        Begin(time, members.Rows);
        return Keep(time, EnsembleScorer.Score(members, weights, first, Scored(truth), calibration, true));
    }

    /// <summary>Scores a Gaussian, component by component.</summary>
    /// <param name="time">Index of the observation time, from 0.</param>
    /// <param name="mean">[width].</param>
    /// <param name="variance">[width].</param>
    /// <param name="truth">[width].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Scores Record(int time, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance, ReadOnlySpan<double> truth)
    {
        if (mean.Length != truth.Length || variance.Length != truth.Length)
            throw new ArgumentException($"The truth has {truth.Length} components, the mean {mean.Length} and the variance {variance.Length}.", nameof(truth));
        Begin(time, 0);
        return Keep(time, GaussianScores.Of(Scored(mean), Scored(variance), Scored(truth), calibration));
    }

    private ReadOnlySpan<double> Scored(ReadOnlySpan<double> row)
    {
        var count = components ?? row.Length - first;
        if (count < 1 || first + count > row.Length)
            throw new ArgumentException($"Components {first} … {first + count - 1} are scored, but a row has {row.Length}.", nameof(row));
        return row.Slice(first, count);
    }

    private bool IsScored(int time) => scored.Contains(period is { } length ? time % length : time);

    private void Begin(int time, int members)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        calibration.IsPooling = IsScored(time);
        calibration.Begin(time, members);
        var room = series[0].Length;
        if (time >= room)
            for (var i = 0; i < series.Length; i++)
            {
                Array.Resize(ref series[i], Math.Max(time + 1, Math.Max(64, 2 * room)));
                series[i].AsSpan(room).Fill(double.NaN);
            }
        Times = Math.Max(Times, time + 1);
    }

    private Scores Keep(int time, Scores scores)
    {
        ReadOnlySpan<double> values =
        [
            scores.Rmse, scores.RelativeRmse, scores.Spread, scores.Crps, scores.EnsembleCrps, scores.EnergyScore, scores.NegativeLogLikelihood,
        ];
        for (var i = 0; i < values.Length; i++)
            series[i][time] = values[i];
        for (var i = 0; i < Levels.Count; i++)
            series[values.Length + i][time] = scores.IsFinite ? calibration.Coverage(i) : double.NaN;
        if (!scores.IsFinite && !(DivergedAt <= time))
            DivergedAt = time;
        return scores;
    }
}
