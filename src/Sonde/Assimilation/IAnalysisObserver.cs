using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation;

/// <summary>
/// Hears what a method believes at each observation time. What is passed is valid during the call only; nothing is copied
/// for it, and the observer must not change it. Whoever does not want to hear of something leaves it out.
/// </summary>
public interface IAnalysisObserver
{
    /// <summary>Before the observation is used.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="belief">At the observation's time, from earlier observations only.</param>
    /// <param name="predicted">H(members), [N, m], or one row H(mean) where there are no members; empty (0 rows) where not computed.</param>
    void OnForecast(Observation observation, IBelief belief, ReadOnlyBatch<double> predicted)
    {
    }

    /// <summary>After the observation was used.</summary>
    void OnAnalysis(Observation observation, IBelief belief);

    /// <summary>The belief at an observation's time after later observations were used too; the last report on a time counts.</summary>
    void OnSmoothed(Observation observation, IBelief belief)
    {
    }

    /// <summary>A number worth keeping about this observation time, such as "iterations", "inflation" or "degreesOfFreedom".</summary>
    void OnDiagnostic(Observation observation, string name, double value)
    {
    }
}
