namespace Sonde.Verification;

/// <summary>Averages of <see cref="InnovationKeeper"/>; variances, not deviations, because a diagnosed one may be negative.</summary>
/// <param name="Count">Observations taken.</param>
/// <param name="Bias">Mean d_ob.</param>
/// <param name="Rmse">√ mean d_ob².</param>
/// <param name="Consistency">Mean d_ob²/(σ_b² + σ_o²): 1 where consistent, above 1 where the forecast trusts itself too much.</param>
/// <param name="ObservationAssumed">Mean σ_o².</param>
/// <param name="ObservationDiagnosed">Mean d_oa d_ob.</param>
/// <param name="ForecastAssumed">Mean σ_b².</param>
/// <param name="ForecastDiagnosed">Mean d_ab d_ob.</param>
/// <param name="AnalysisAssumed">Mean σ_a².</param>
/// <param name="AnalysisDiagnosed">Mean d_ab d_oa.</param>
public readonly record struct InnovationStatistics(
    long Count, double Bias, double Rmse, double Consistency,
    double ObservationAssumed, double ObservationDiagnosed,
    double ForecastAssumed, double ForecastDiagnosed,
    double AnalysisAssumed, double AnalysisDiagnosed)
{
    /// <summary>√ (mean σ_b² + mean σ_o²): what <see cref="Rmse"/> is expected to be.</summary>
    public double TotalSpread => Math.Sqrt(ForecastAssumed + ObservationAssumed);
}
