using Sonde.Assimilation;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Verification;

namespace Sonde.Examples;

/// <summary>Hears what a method believes, and compares each analysis with the truth, which the method never sees.</summary>
internal sealed class Scorer(ScoreKeeper keeper, Matrix<double> truth) : IAnalysisObserver
{
    public void OnAnalysis(Observation observation, IBelief belief) => keeper.Record(observation.Index, belief, truth[observation.Index]);
}
