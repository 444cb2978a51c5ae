namespace Sonde.Calculus.Minimization;

/// <summary>
/// The inverse of a Hessian: where a cost is the negative logarithm of a posterior, that posterior's covariance to second order, so that a
/// minimizer gives error bars beside its best estimate.
/// </summary>
public interface IInverseHessian : ISymmetricMap
{
    /// <summary>Turns white noise into a draw with this covariance, in place.</summary>
    /// <param name="noise">Draws of the standard normal distribution, [n].</param>
    void Color(Span<double> noise);

    /// <summary>The diagonal.</summary>
    /// <param name="variances">[n], overwritten.</param>
    void Variances(Span<double> variances);
}
