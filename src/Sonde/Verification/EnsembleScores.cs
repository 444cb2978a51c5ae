using Sonde.Numerics;

namespace Sonde.Verification;

/// <summary>
/// Scores of one ensemble against the truth, each by itself; <see cref="ScoreKeeper"/> takes them all in one go and over time.
/// Rows are members; weights sum to 1, and none means equal weights. NaN where a member is not finite.
/// </summary>
public static class EnsembleScores
{
    /// <summary>Every score of <see cref="Scores"/>.</summary>
    /// <param name="members">[N, width].</param>
    /// <param name="weights">[N], or empty.</param>
    /// <param name="truth">[width].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Scores Of(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, ReadOnlySpan<double> truth)
    {
        Fit(members, weights, truth);
        return EnsembleScorer.Score(members, weights, 0, truth, null, true);
    }

    /// <summary>Fair CRPS, mean over components: see <see cref="Scores"/>.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static double Crps(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, ReadOnlySpan<double> truth) =>
        Cheap(members, weights, truth).Crps;

    /// <summary>CRPS of the ensemble as a distribution of N points, mean over components: see <see cref="Scores"/>.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static double EnsembleCrps(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, ReadOnlySpan<double> truth) =>
        Cheap(members, weights, truth).EnsembleCrps;

    /// <summary>Fair energy score of the whole vector: see <see cref="Scores"/>.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static double EnergyScore(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, ReadOnlySpan<double> truth) =>
        Of(members, weights, truth).EnergyScore;

    /// <summary>Share of components whose truth lies in the central interval of probability <paramref name="level"/>: see <see cref="ScoreKeeper"/>.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the level lies outside (0, 1).</exception>
    public static double Coverage(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, ReadOnlySpan<double> truth, double level)
    {
        Fit(members, weights, truth);
        var calibration = new Calibration([level], new RandomSource(0));
        calibration.Begin(0, members.Rows);
        return EnsembleScorer.Score(members, weights, 0, truth, calibration, false).IsFinite ? calibration.Coverage(0) : double.NaN;
    }

    internal static void Fit(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, ReadOnlySpan<double> truth)
    {
        if (members.Rows == 0)
            throw new ArgumentException("An ensemble needs at least 1 member, but 0 were given.", nameof(members));
        if (members.Width != truth.Length)
            throw new ArgumentException($"Members have {members.Width} components but the truth has {truth.Length}.", nameof(truth));
        if (!weights.IsEmpty && weights.Length != members.Rows)
            throw new ArgumentException($"{members.Rows} members need as many weights, but {weights.Length} were given.", nameof(weights));
    }

    private static Scores Cheap(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, ReadOnlySpan<double> truth)
    {
        Fit(members, weights, truth);
        return EnsembleScorer.Score(members, weights, 0, truth, null, false);
    }
}
