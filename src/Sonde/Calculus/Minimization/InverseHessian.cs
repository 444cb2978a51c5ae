using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>The inverse of a sum of squares' Gauss-Newton Hessian: the covariance of its posterior, to be had from any solver.</summary>
public static class InverseHessian
{
    /// <summary>H⁻¹ at x.</summary>
    /// <param name="problem">The cost; it is evaluated at x.</param>
    /// <param name="x">Where, usually its minimum.</param>
    /// <param name="solver">
    /// A solver that factors gives the exact inverse. <see cref="Lanczos"/> gives the part of as many leading eigenvectors as it has iterations, and
    /// takes the eigenvalues that it did not find for 1; <see cref="ConjugateGradient"/> gives none.
    /// </param>
    /// <param name="random">Where the search for eigenvectors begins; not read by a solver that factors.</param>
    /// <returns>Null where H is not positive definite or not finite, or the solver gives none.</returns>
    public static IInverseHessian? At(LeastSquares problem, ReadOnlySpan<double> x, INormalSolver solver, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(solver);
        using var frame = Scratch.Enter();
        var gradient = frame.Rent(1, problem.Width)[0];
        var step = frame.Rent(1, problem.Width)[0];
        if (!problem.IsAt(x))
            problem.Evaluate(x, gradient);
        if (solver is Lanczos lanczos)
            return lanczos.Decompose(new Hessian(problem), random) is { } pairs ? new SpectralPreconditioner(pairs) : null;
        if (solver is ILinearSolver)
            return null;
        var equations = solver.For(problem);
        equations.Relinearize();
        return equations.Solve(0, gradient, step).Succeeded ? equations.Inverse : null;
    }

    private sealed class Hessian(LeastSquares problem) : ISymmetricMap
    {
        public int Width => problem.Width;

        public void Apply(ReadOnlySpan<double> x, Span<double> y) => problem.HessianProduct(x, y);
    }
}
