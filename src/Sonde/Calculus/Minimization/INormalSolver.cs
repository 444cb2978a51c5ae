namespace Sonde.Calculus.Minimization;

/// <summary>How steps are found from the normal equations (H + λ D) Δx = −∇f of a sum of squares.</summary>
public interface INormalSolver
{
    /// <summary>The equations of a problem; they follow it from point to point.</summary>
    INormalEquations For(LeastSquares problem);
}

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

    /// <summary>(H + λ D)⁻¹ as the last solve left it, until the next one; null where that failed or the solver knows no inverse.</summary>
    IInverseHessian? Inverse { get; }
}

/// <summary>How a step was found.</summary>
/// <param name="Stopped">Converged, or why not.</param>
/// <param name="InnerIterations">Products with the Hessian.</param>
public readonly record struct NormalStep(StopReason Stopped, int InnerIterations)
{
    /// <summary>Whether the step may be used: solved, or as far as the iterations went.</summary>
    public bool Succeeded => Stopped is StopReason.Converged or StopReason.IterationLimit;
}
