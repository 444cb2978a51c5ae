using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>
/// What departures of used observations say about the errors that were assumed: standard deviations, assumed and diagnosed. Desroziers,
/// Berre, Chapnik and Poli, QJRMS 131, 2005.
/// </summary>
/// <param name="Count">Observations compared.</param>
/// <param name="Rmse">Root mean square of observation − forecast.</param>
/// <param name="Bias">Mean of observation − forecast.</param>
/// <param name="Expected">What <paramref name="Rmse"/> should be: √ (mean forecast variance + mean variance of the observation errors).</param>
/// <param name="ObservationAssumed">Root mean variance of the observation errors.</param>
/// <param name="ObservationDiagnosed">√ mean (observation − analysis)(observation − forecast); NaN where that is negative.</param>
/// <param name="ForecastAssumed">Root mean variance of the forecast in observation space.</param>
/// <param name="ForecastDiagnosed">√ mean (analysis − forecast)(observation − forecast); NaN where that is negative.</param>
public sealed record InnovationScores(
    long Count, double Rmse, double Bias, double Expected, double ObservationAssumed, double ObservationDiagnosed, double ForecastAssumed, double ForecastDiagnosed)
{
    internal static InnovationScores Of(InnovationStatistics s) => new(
        s.Count, s.Rmse, s.Bias, s.TotalSpread, Math.Sqrt(s.ObservationAssumed), Math.Sqrt(s.ObservationDiagnosed),
        Math.Sqrt(s.ForecastAssumed), Math.Sqrt(s.ForecastDiagnosed));
}
