namespace Sonde.Calculus.Minimization;

/// <summary>How steps are found from the normal equations (H + λ D) Δx = −∇f of a sum of squares.</summary>
public interface INormalSolver
{
    /// <summary>The equations of a problem; they follow it from point to point.</summary>
    INormalEquations For(LeastSquares problem);
}
