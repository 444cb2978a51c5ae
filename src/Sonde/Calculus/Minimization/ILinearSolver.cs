namespace Sonde.Calculus.Minimization;

/// <summary>
/// Solves A x = b with A symmetric positive definite and known by its products alone; b is one row. As the inner loop of a minimizer it solves
/// the normal equations. Holds no state: one instance serves all threads.
/// </summary>
public interface ILinearSolver : INormalSolver
{
    /// <summary>x ≈ A⁻¹ b, starting from zero.</summary>
    /// <param name="a">A.</param>
    /// <param name="b">[n].</param>
    /// <param name="x">[n], overwritten; must not overlap b.</param>
    /// <param name="preconditioner">P ≈ A⁻¹, symmetric positive definite; null for the identity.</param>
    /// <exception cref="ArgumentException">The widths differ.</exception>
    LinearSolution Solve(ISymmetricMap a, ReadOnlySpan<double> b, Span<double> x, ISymmetricMap? preconditioner = null);

    INormalEquations INormalSolver.For(LeastSquares problem) => new IterativeEquations(this, problem);
}
