namespace Sonde.Calculus.Minimization;

/// <summary>The normal equations of one problem. They belong to one thread at a time.</summary>
public interface INormalEquations
{
    /// <summary>The problem was evaluated at another point.</summary>
    void Relinearize();

    /// <summary>The λ at which damping weighs as much as the Hessian does along the gradient.</summary>
    /// <param name="gradient">∇f.</param>
    double NaturalDamping(ReadOnlySpan<double> gradient);

    /// <summary>Solves (H + λ D) Δx = −∇f.</summary>
    /// <param name="damping">λ, 0 or more.</param>
    /// <param name="gradient">∇f.</param>
    /// <param name="step">Δx, overwritten.</param>
    NormalStep Solve(double damping, ReadOnlySpan<double> gradient, Span<double> step);

    /// <summary>(H + λ D)⁻¹ as the last solve left it, until the next one; null where that failed, or where the solver takes products alone.</summary>
    IInverseHessian? Inverse { get; }
}
