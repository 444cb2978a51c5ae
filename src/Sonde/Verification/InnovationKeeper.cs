namespace Sonde.Verification;

/// <summary>
/// What departures of observations from forecast and analysis say about the errors that were assumed, for observations of one
/// kind (a field, an instrument). Departures: d_ob = y − H x_b, d_oa = y − H x_a, d_ab = H x_a − H x_b. If all is right,
/// ⟨d_oa d_ob⟩ = R, ⟨d_ab d_ob⟩ = H B Hᵀ, ⟨d_ab d_oa⟩ = H A Hᵀ, ⟨d_ob d_ob⟩ = H B Hᵀ + R, and d_ob²/(H B Hᵀ + R) is 1 on average. Desroziers,
/// Berre, Chapnik and Poli, QJRMS 131, 2005, eqs. 1 to 4.
/// </summary>
public sealed class InnovationKeeper
{
    private double observationAssumed;
    private double observationDiagnosed;
    private double forecastAssumed;
    private double forecastDiagnosed;
    private double analysisAssumed;
    private double analysisDiagnosed;
    private double innovationSquares;
    private double innovations;
    private double ratios;
    private double degrees;

    /// <summary>How many observations were taken.</summary>
    public long Count { get; private set; }

    /// <summary>The averages so far; NaN where nothing was taken, and for what needs the analysis where none was given.</summary>
    public InnovationStatistics Statistics => new(
        Count, innovations / Count, Math.Sqrt(innovationSquares / Count), ratios / Count,
        observationAssumed / Count, observationDiagnosed / Count,
        forecastAssumed / Count, forecastDiagnosed / Count,
        analysisAssumed / Count, analysisDiagnosed / Count);

    /// <summary>
    /// Σ σ_a²/σ_o² per observation: the trace of ∂(H x_a)/∂y = K H over the number of observations, for an analysis that believes its own
    /// spread. An ensemble can follow only fewer than N − 1 of them in all.
    /// </summary>
    public double DegreesOfFreedomPerObservation => degrees / Count;

    /// <summary>Degrees of freedom for signal of one time: tr(H A Hᵀ R⁻¹) = Σ σ_a²/σ_o². Cardinali et al., QJRMS 130, 2004.</summary>
    /// <param name="analysisVariance">Of H x_a, [m].</param>
    /// <param name="errorVariance">R's diagonal, [m].</param>
    public static double DegreesOfFreedom(ReadOnlySpan<double> analysisVariance, ReadOnlySpan<double> errorVariance)
    {
        var sum = 0.0;
        for (var i = 0; i < analysisVariance.Length; i++)
            sum += analysisVariance[i] / errorVariance[i];
        return sum;
    }

    /// <summary>Takes the observations of one time.</summary>
    /// <param name="observed">y, [m].</param>
    /// <param name="errorVariance">R's diagonal, [m].</param>
    /// <param name="forecast">H x_b, [m].</param>
    /// <param name="forecastVariance">Of H x_b, [m].</param>
    /// <param name="analysis">H x_a, [m]; empty where not known.</param>
    /// <param name="analysisVariance">Of H x_a, [m]; empty where not known, then what needs it is NaN.</param>
    /// <returns>Mean d_ob²/(σ_b² + σ_o²) of this time: about 1 where consistent. Where it is not finite, nothing was taken.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public double Record(
        ReadOnlySpan<double> observed, ReadOnlySpan<double> errorVariance, ReadOnlySpan<double> forecast, ReadOnlySpan<double> forecastVariance,
        ReadOnlySpan<double> analysis = default, ReadOnlySpan<double> analysisVariance = default)
    {
        var m = observed.Length;
        if (errorVariance.Length != m || forecast.Length != m || forecastVariance.Length != m)
            throw new ArgumentException(
                $"{m} observations came with {errorVariance.Length} errors, {forecast.Length} forecasts and {forecastVariance.Length} variances.", nameof(observed));
        if (!analysis.IsEmpty && analysis.Length != m || !analysisVariance.IsEmpty && (analysis.IsEmpty || analysisVariance.Length != m))
            throw new ArgumentException(
                $"{m} observations came with {analysis.Length} analyses and {analysisVariance.Length} of their variances.", nameof(analysis));
        var (ratio, all) = (0.0, 0.0);
        for (var i = 0; i < m; i++)
        {
            var d = observed[i] - forecast[i];
            ratio += d * d / (forecastVariance[i] + errorVariance[i]);
            all += (analysis.IsEmpty ? 0 : Math.Abs(analysis[i])) + (analysisVariance.IsEmpty ? 0 : analysisVariance[i]);
        }
        if (!double.IsFinite(ratio) || !double.IsFinite(all))
            return double.NaN;
        for (var i = 0; i < m; i++)
        {
            var d = observed[i] - forecast[i];
            innovations += d;
            innovationSquares += d * d;
            observationAssumed += errorVariance[i];
            forecastAssumed += forecastVariance[i];
            var (drawn, left) = analysis.IsEmpty ? (double.NaN, double.NaN) : (analysis[i] - forecast[i], observed[i] - analysis[i]);
            observationDiagnosed += left * d;
            forecastDiagnosed += drawn * d;
            analysisDiagnosed += drawn * left;
            analysisAssumed += analysisVariance.IsEmpty ? double.NaN : analysisVariance[i];
            degrees += analysisVariance.IsEmpty ? double.NaN : analysisVariance[i] / errorVariance[i];
        }
        ratios += ratio;
        Count += m;
        return ratio / m;
    }

    /// <summary>The sums so far, for <see cref="Restore"/>.</summary>
    public double[] Save() =>
    [
        Count, observationAssumed, observationDiagnosed, forecastAssumed, forecastDiagnosed, analysisAssumed, analysisDiagnosed, innovationSquares,
        innovations, ratios, degrees,
    ];

    /// <summary>Goes on from what <see cref="Save"/> gave.</summary>
    /// <exception cref="ArgumentException">These are not so many numbers.</exception>
    public void Restore(ReadOnlySpan<double> sums)
    {
        if (sums.Length != 11)
            throw new ArgumentException($"There are 11 sums, but {sums.Length} were given.", nameof(sums));
        Count = (long)sums[0];
        (observationAssumed, observationDiagnosed, forecastAssumed, forecastDiagnosed) = (sums[1], sums[2], sums[3], sums[4]);
        (analysisAssumed, analysisDiagnosed, innovationSquares, innovations, ratios, degrees) = (sums[5], sums[6], sums[7], sums[8], sums[9], sums[10]);
    }
}
