namespace Sonde.Experiments.Report;

/// <summary>
/// Standard deviations of errors in observation space, assumed and diagnosed from departures of observations from forecast
/// and analysis. Desroziers, Berre, Chapnik and Poli 2005, eqs. 1 to 3.
/// </summary>
/// <param name="Field">Of which observations.</param>
/// <param name="Unit">"1" or empty where it has none.</param>
/// <param name="Count">How many departures.</param>
public sealed record ReportConsistency(string Field, string Unit, long Count)
{
    /// <summary>Mean departure from the forecast.</summary>
    public double Bias { get; init; } = double.NaN;

    /// <summary>Root mean square departure from the forecast.</summary>
    public double Rmse { get; init; } = double.NaN;

    /// <summary>What <see cref="Rmse"/> should be: the root of assumed forecast and observation variance together.</summary>
    public double Expected { get; init; } = double.NaN;

    /// <summary>Root mean of R's diagonal, as assumed.</summary>
    public double ObservationAssumed { get; init; } = double.NaN;

    /// <summary>√⟨(y − H xᵃ)(y − H xᵇ)⟩.</summary>
    public double ObservationDiagnosed { get; init; } = double.NaN;

    /// <summary>Root mean of H B Hᵀ's diagonal, as the method believed.</summary>
    public double ForecastAssumed { get; init; } = double.NaN;

    /// <summary>√⟨(H xᵃ − H xᵇ)(y − H xᵇ)⟩.</summary>
    public double ForecastDiagnosed { get; init; } = double.NaN;
}
