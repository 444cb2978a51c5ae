using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// The finite-size ensemble Kalman filter, EnKF-N: the symmetric square root of <see cref="Etkf"/> on anomalies inflated by
/// the factor λ that the innovation itself asks for, so that no inflation need be tuned where the model is perfect.
/// Bocquet, NPG 18 (2011); Bocquet, Sakov, NPG 19 (2012), the dual form; Bocquet, Raanes, Hannart, NPG 22 (2015).
/// </summary>
/// <param name="Certainty">
/// How much more than N the ensemble is worth to the prior of λ, above 0: 1 trusts it as any sample of N, larger values suit
/// nearly linear dynamics. DAPPER's xN.
/// </param>
public sealed record EnkfN(double Certainty = 1) : IEnsembleUpdate
{
    /// <inheritdoc cref="EnkfN(double)" path="/param[@name='Certainty']"/>
    public double Certainty { get; init; } = Check.Positive(Certainty, nameof(Certainty));

    /// <inheritdoc/>
    public AnalysisStatus Update(Batch<double> members, Batch<double> predicted, Observation observation, UpdateContext context) =>
        SquareRoot.Update(members, predicted, Certainty, observation, context);
}
