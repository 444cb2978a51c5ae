using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// The method of conjugate gradients with preconditioning. Hestenes, Stiefel, J. Res. Natl. Bur. Stand. 49, 1952; Golub, Van Loan, "Matrix
/// computations", 4th ed., algorithm 11.5.1. Needs five rows of memory whatever the number of iterations; see <see cref="Lanczos"/> for the one
/// that keeps its directions.
/// </summary>
/// <param name="Iterations">Most products with A, 0 or more.</param>
/// <param name="Tolerance">Stops when the residual is this fraction of the right-hand side, both in the norm of the preconditioner.</param>
public sealed record ConjugateGradient(int Iterations = 100, double Tolerance = 1e-6) : ILinearSolver
{
    /// <summary>Most products with A.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Iterations { get; init => field = Check.AtLeast(0, value, nameof(Iterations)); } = Check.AtLeast(0, Iterations, nameof(Iterations));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <inheritdoc/>
    public LinearSolution Solve(ISymmetricMap a, ReadOnlySpan<double> b, Span<double> x, ISymmetricMap? preconditioner = null)
    {
        LinearSystem.Fit(a, b, x, preconditioner);
        using var frame = Scratch.Enter();
        var r = frame.Rent(1, b.Length)[0];
        var z = frame.Rent(1, b.Length)[0];                     // P r
        var p = frame.Rent(1, b.Length)[0];
        var q = frame.Rent(1, b.Length)[0];                     // A p
        var log = LinearSystem.Log(Iterations);
        x.Clear();
        b.CopyTo(r);
        LinearSystem.Precondition(preconditioner, r, z);
        z.CopyTo(p);
        var square = TensorPrimitives.Dot<double>(r, z);        // rᵀ P r
        var enough = Tolerance * Tolerance * square;
        log.Add(new(0, Math.Sqrt(square)));
        while (true)
        {
            if (!double.IsFinite(square))
                return new(StopReason.NotFinite, log);
            if (square < 0)
                return new(StopReason.NotPositiveDefinite, log);
            if (square <= enough)
                return new(StopReason.Converged, log);
            if (log.Count > Iterations)
                return new(StopReason.IterationLimit, log);
            a.Apply(p, q);
            var curvature = TensorPrimitives.Dot<double>(p, q);
            if (!(curvature > 0))
                return new(double.IsNaN(curvature) ? StopReason.NotFinite : StopReason.NotPositiveDefinite, log);
            var alpha = square / curvature;
            TensorPrimitives.MultiplyAdd(p, alpha, x, x);
            TensorPrimitives.MultiplyAdd(q, -alpha, r, r);
            LinearSystem.Precondition(preconditioner, r, z);
            var before = square;
            square = TensorPrimitives.Dot<double>(r, z);
            log.Add(new(-0.5 * (TensorPrimitives.Dot(b, x) + TensorPrimitives.Dot<double>(r, x)), Math.Sqrt(square)));
            TensorPrimitives.MultiplyAdd(p, square / before, z, p);
        }
    }
}
