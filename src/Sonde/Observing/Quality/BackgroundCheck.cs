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

    /// <summary>The most standard deviations a value may be away.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Threshold { get; init; } = Threshold > 0 ? Threshold : throw new ArgumentException($"The threshold of a background check is above 0, not {Threshold}.", nameof(Threshold));

    /// <summary>The most standard deviations of the forecast that a value may move it.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double K { get; init; } = K > 0 ? K : throw new ArgumentException($"The K of a background check is above 0, not {K}.", nameof(K));

    /// <summary>Judges an observation against a predicted mean and its variance.</summary>
    /// <param name="observation">About to be used.</param>
    /// <param name="mean">H(mean) or the mean of H, [m].</param>
    /// <param name="variance">diag(H P Hᵀ), [m].</param>
    /// <exception cref="ArgumentException">A parameter is out of its range, or the shapes do not fit.</exception>
    public BackgroundOutcome Judge(Observation observation, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (mean.Length != observation.Count || variance.Length != observation.Count)
            throw new ArgumentException($"{observation.Count} values need as many means and variances, not {mean.Length} and {variance.Length}.", nameof(mean));
        var fates = new ObservationFate[observation.Count];
        var factors = new double[observation.Count];
        for (var i = 0; i < fates.Length; i++)
        {
            var sd = observation.Error.StandardDeviations[i];
            (fates[i], factors[i]) = Judge(observation.Values.Span[i] - mean[i], sd * sd, variance[i]);
        }
        return BackgroundOutcome.Of(observation, fates, factors);
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
