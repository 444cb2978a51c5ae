using Sonde.Assimilation;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Tests.Problems;

/// <summary>Keeps mean and covariance of all that a method reports, by observation time.</summary>
internal sealed class BeliefRecorder : IAnalysisObserver
{
    public SortedDictionary<int, GaussianBelief> Forecasts { get; } = [];

    public SortedDictionary<int, GaussianBelief> Analyses { get; } = [];

    public SortedDictionary<int, GaussianBelief> Smoothed { get; } = [];

    public Dictionary<(int Index, string Name), double> Diagnostics { get; } = [];

    public void OnForecast(Observation observation, IBelief belief, ReadOnlyBatch<double> predicted) => Forecasts[observation.Index] = Copy(belief);

    public void OnAnalysis(Observation observation, IBelief belief) => Analyses[observation.Index] = Copy(belief);

    public void OnSmoothed(Observation observation, IBelief belief) => Smoothed[observation.Index] = Copy(belief);

    public void OnDiagnostic(Observation observation, string name, double value) => Diagnostics[(observation.Index, name)] = value;

    private static GaussianBelief Copy(IBelief belief)
    {
        if (belief.Width <= 50)
        {
            var gaussian = BeliefConversion.ToGaussian(belief);
            return new GaussianBelief([.. gaussian.MeanState], gaussian.Covariance!.Copy());
        }
        var (mean, variance) = (new double[belief.Width], new double[belief.Width]);
        belief.Mean(mean);
        belief.Variance(variance);
        return new GaussianBelief(mean, variance);
    }
}
