using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>The inverse of a Hessian whose unknowns are blocks in a row, such as states at several times, with the covariance of each block.</summary>
public interface IMarginals : IInverseHessian
{
    /// <summary>The diagonal blocks of the inverse, one under the other.</summary>
    /// <param name="covariances">[blocks · b, b], overwritten.</param>
    /// <exception cref="ArgumentException">The place is of another size.</exception>
    void Covariances(Batch<double> covariances);
}
