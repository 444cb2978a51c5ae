using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>Mean and covariance of whole trajectories of normalized states, x = N(μ, P): the coarsest prior, and what observations make of it.</summary>
internal interface ITrajectoryMoments
{
    /// <summary>μ, [d].</summary>
    ReadOnlySpan<double> Mean { get; }

    /// <summary>P of one number with itself.</summary>
    double Variance(int number);

    /// <summary>P of one state with itself.</summary>
    /// <param name="time">Which.</param>
    /// <param name="covariance">[n, n], overwritten.</param>
    void Covariance(int time, Batch<double> covariance);

    /// <summary>z = μ + P Gᵀ (G P Gᵀ + 1)⁻¹ (g − G μ), and what is still uncertain of each number.</summary>
    /// <param name="evidence">G and g.</param>
    /// <param name="z">[d], overwritten.</param>
    /// <param name="variance">[d], overwritten.</param>
    /// <param name="states">Covariances of the states one under the other, [d, n], overwritten; no rows to leave them out.</param>
    /// <returns>False where numbers are not finite.</returns>
    bool Interpolate(TrajectoryEvidence evidence, Span<double> z, Span<double> variance, Batch<double> states);

    /// <summary>P, or what stands for it, by name.</summary>
    (string Name, Matrix<double> Array) Saved { get; }
}
