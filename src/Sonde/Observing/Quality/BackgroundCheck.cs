using Sonde.Numerics;
using Sonde.Observing.Errors;

namespace Sonde.Observing.Quality;

/// <summary>
/// Compares what was observed with what the forecast predicts, when the observation is about to be used. Rejecting: |d| must
/// not exceed threshold · √(σ² + σ_f²), with d the departure from the predicted mean, σ the observation's error and σ_f the
/// prediction's. Moderating: σ² ← √((σ² + σ_f²)² + (σ_f d / K)²) − σ_f², so that no single observation moves the mean by more
/// than K σ_f. Sakov and Sandery, "An adaptive quality control procedure for data assimilation", Tellus A 69, 2017.
/// </summary>
/// <param name="Rule">Whether far values are rejected or moderated.</param>
/// <param name="Threshold">The most standard deviations a value may be away, where they are rejected.</param>
/// <param name="K">The most standard deviations of the forecast that a value may move it, where they are moderated.</param>
public sealed record BackgroundCheck(BackgroundRule Rule = BackgroundRule.Reject, double Threshold = 4, double K = 2)
{
    private const double Noticeable = 1.5;      // every error grows a little; only one that grows by more is a fate of its own

    /// <summary>Judges an observation against an ensemble's predictions.</summary>
    /// <param name="observation">About to be used.</param>
    /// <param name="predicted">H(members), at least two rows of [m].</param>
    /// <exception cref="ArgumentException">A parameter is out of its range, or the shapes do not fit.</exception>
    public BackgroundOutcome Judge(Observation observation, ReadOnlyBatch<double> predicted)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (predicted.Rows < 2 || predicted.Width != observation.Count)
            throw new ArgumentException(
                $"An observation of {observation.Count} values is judged by at least 2 predictions of each, not by {predicted.Rows} of {predicted.Width}.", nameof(predicted));
        using var frame = Scratch.Enter();
        var mean = frame.RentCleared(1, predicted.Width)[0];
        var variance = frame.RentCleared(1, predicted.Width)[0];
        for (var row = 0; row < predicted.Rows; row++)
            for (var i = 0; i < mean.Length; i++)
                mean[i] += predicted[row, i] / predicted.Rows;
        for (var row = 0; row < predicted.Rows; row++)
            for (var i = 0; i < mean.Length; i++)
                variance[i] += (predicted[row, i] - mean[i]) * (predicted[row, i] - mean[i]) / (predicted.Rows - 1);
        return Judge(observation, mean, variance);
    }

    /// <summary>Judges an observation against a predicted mean and its variance.</summary>
    /// <param name="observation">About to be used.</param>
    /// <param name="mean">H(mean) or the mean of H, [m].</param>
    /// <param name="variance">diag(H P Hᵀ), [m].</param>
    /// <exception cref="ArgumentException">A parameter is out of its range, or the shapes do not fit.</exception>
    public BackgroundOutcome Judge(Observation observation, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (!(Threshold > 0) || !(K > 0))
            throw new ArgumentException($"A background check needs a threshold and a K above 0, not {Threshold} and {K}.");
        if (mean.Length != observation.Count || variance.Length != observation.Count)
            throw new ArgumentException($"{observation.Count} values need as many means and variances, not {mean.Length} and {variance.Length}.", nameof(mean));
        var fates = new ObservationFate[observation.Count];
        var factors = new double[observation.Count];
        var survivors = new List<int>(observation.Count);
        for (var i = 0; i < fates.Length; i++)
        {
            var sd = observation.Error.StandardDeviations[i];
            (fates[i], factors[i]) = Judge(observation.Values.Span[i] - mean[i], sd * sd, variance[i]);
            if (fates[i] is ObservationFate.Used or ObservationFate.Moderated)
                survivors.Add(i);
        }
        var kept = survivors.Count == fates.Length ? observation : observation.Select([.. survivors]);
        if (Rule == BackgroundRule.Moderate)
            kept = kept.WithError(new ScaledError(kept.Error, [.. survivors.Select(i => factors[i])]));
        return new BackgroundOutcome(kept, fates, survivors.Count == fates.Length ? null : [.. survivors]);
    }

    private (ObservationFate Fate, double Factor) Judge(double departure, double error, double forecast)
    {
        if (!double.IsFinite(departure) || !double.IsFinite(forecast))
            return (ObservationFate.PredictionNotFinite, 1);
        if (Rule == BackgroundRule.Reject)
            return (Math.Abs(departure) > Threshold * Math.Sqrt(error + forecast) ? ObservationFate.BackgroundCheck : ObservationFate.Used, 1);
        var moved = Math.Sqrt(forecast) * departure / K;
        var inflated = Math.Sqrt((error + forecast) * (error + forecast) + moved * moved) - forecast;
        var factor = Math.Sqrt(inflated / error);
        return (factor > Noticeable ? ObservationFate.Moderated : ObservationFate.Used, factor);
    }

}
