using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>Passes on what a method reports, except its forecasts.</summary>
internal sealed class QuietForecasts(IAnalysisObserver observer) : IAnalysisObserver
{
    public void OnAnalysis(Observation observation, IBelief belief) => observer.OnAnalysis(observation, belief);

    public void OnSmoothed(Observation observation, IBelief belief) => observer.OnSmoothed(observation, belief);

    public void OnDiagnostic(Observation observation, string name, double value) => observer.OnDiagnostic(observation, name, value);
}
