using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// The ensemble transform Kalman filter with the symmetric square root: with Y in units of the observation errors,
/// w̄ = (Y Yᵀ + (N − 1) I)⁻¹ Y (y − ȳ), W = (N − 1)^½ (Y Yᵀ + (N − 1) I)^-½, E ← x̄ + (W + 1 w̄ᵀ) A.
/// Bishop, Etherton, Majumdar, Monthly Weather Review 129 (2001); Hunt, Kostelich, Szunyogh, Physica D 230 (2007), eqs. 20-25.
/// </summary>
public sealed record Etkf : IEnsembleUpdate
{
    /// <inheritdoc/>
    public AnalysisStatus Update(Batch<double> members, Batch<double> predicted, Observation observation, UpdateContext context) =>
        SquareRoot.Update(members, predicted, null, observation, context);
}
