using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>Normal equations with D = I that are solved by products; eigenvectors found on the way precondition the next linearization.</summary>
internal sealed class IterativeEquations(ILinearSolver solver, LeastSquares problem) : INormalEquations, ISymmetricMap
{
    private const double Accurate = 0.01;               // the largest bound of a Ritz value that preconditions, relative to it
    private SpectralPreconditioner? preconditioner;
    private RitzPairs? ritz;
    private double damping;

    public int Width => problem.Width;

    public IInverseHessian? Inverse => null;

    public void Relinearize()
    {
        if (solver is Lanczos { Kept: > 0 } lanczos && ritz?.Leading(lanczos.Kept, Accurate) is { Count: > 0 } leading)
            preconditioner = new SpectralPreconditioner(leading, preconditioner, leading.Values[^1]);
        ritz = null;
    }

    public double NaturalDamping(ReadOnlySpan<double> gradient) => problem.CurvatureAlong(gradient);

    public NormalStep Solve(double damping, ReadOnlySpan<double> gradient, Span<double> step)
    {
        using var frame = Scratch.Enter();
        var right = frame.Rent(1, Width)[0];
        TensorPrimitives.Negate(gradient, right);
        this.damping = damping;
        var solution = solver.Solve(this, right, step, preconditioner);
        ritz = solution.Ritz;
        return new(solution.Stopped, solution.Iterations);
    }

    /// <summary>y = (H + λ I) v.</summary>
    public void Apply(ReadOnlySpan<double> x, Span<double> y)
    {
        problem.HessianProduct(x, y);
        TensorPrimitives.MultiplyAdd(x, damping, y, y);
    }
}
