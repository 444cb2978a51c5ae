using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>Keeps the means that one run of an ensemble of assimilations reports, by observation time, and its diagnostics.</summary>
internal sealed class MemberRecorder : IAnalysisObserver
{
    /// <summary>By index, [n].</summary>
    public Dictionary<int, double[]> Analyses { get; } = [];

    /// <summary>By index, [n]; the last report.</summary>
    public Dictionary<int, double[]> Smoothed { get; } = [];

    /// <summary>In the order of their first report.</summary>
    public Dictionary<(int Index, string Name), double> Diagnostics { get; } = [];

    public void OnAnalysis(Observation observation, IBelief belief) => Analyses[observation.Index] = Mean(belief);

    public void OnSmoothed(Observation observation, IBelief belief) => Smoothed[observation.Index] = Mean(belief);

    public void OnDiagnostic(Observation observation, string name, double value) => Diagnostics[(observation.Index, name)] = value;

    private static double[] Mean(IBelief belief)
    {
        var mean = new double[belief.Width];
        belief.Mean(mean);
        return mean;
    }
}
