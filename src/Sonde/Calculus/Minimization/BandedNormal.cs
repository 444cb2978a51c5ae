using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// The normal equations as a band, found by 2 p + 1 products and factored by Cholesky: for windows of states with model error, whose Hessian
/// couples neighbouring times alone. With b numbers a time p is 2 b − 1; the cost is linear in the length of the window.
/// </summary>
/// <param name="HalfWidth">p, 0 or more: entries of H further from the diagonal are zero.</param>
/// <param name="Scaled">True damps with D = diag H; else D = I.</param>
public sealed record BandedNormal(int HalfWidth, bool Scaled = false) : INormalSolver
{
    /// <summary>p.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int HalfWidth { get; init => field = Check.AtLeast(0, value, nameof(HalfWidth)); } = Check.AtLeast(0, HalfWidth, nameof(HalfWidth));

    /// <inheritdoc/>
    public INormalEquations For(LeastSquares problem) => new Equations(problem, HalfWidth, Scaled);

    private sealed class Equations(LeastSquares problem, int halfWidth, bool scaled) : INormalEquations, IInverseHessian
    {
        private readonly Matrix<double> hessian = new(problem.Width, halfWidth + 1), factor = new(problem.Width, halfWidth + 1);
        private bool factored;

        public int Width => problem.Width;

        public IInverseHessian? Inverse => factored ? this : null;

        public void Relinearize()
        {
            problem.HessianBand(hessian);
            factored = false;
        }

        public double NaturalDamping(ReadOnlySpan<double> gradient) => scaled ? 1 : problem.CurvatureAlong(gradient);

        public NormalStep Solve(double damping, ReadOnlySpan<double> gradient, Span<double> step)
        {
            hessian.Values.CopyTo(factor.Values);
            for (var i = 0; i < Width; i++)
                factor[i, halfWidth] += damping * (scaled ? hessian[i, halfWidth] : 1);
            factored = BandedCholesky.Factor<double>(factor);
            if (!factored)
                return new(StopReason.NotPositiveDefinite, 0);
            TensorPrimitives.Negate(gradient, step);
            BandedCholesky.Solve<double>(factor, new Batch<double>(step));
            return new(StopReason.Converged, 0);
        }

        public void Apply(ReadOnlySpan<double> x, Span<double> y)
        {
            x.CopyTo(y);
            BandedCholesky.Solve<double>(factor, new Batch<double>(y));
        }

        public void Color(Span<double> noise) => BandedCholesky.SolveLowerTransposed<double>(factor, new Batch<double>(noise));

        public void Variances(Span<double> variances)
        {
            using var frame = Scratch.Enter();
            var inverse = frame.Rent(Width, halfWidth + 1);
            BandedCholesky.SelectedInverse<double>(factor, inverse);
            for (var i = 0; i < Width; i++)
                variances[i] = inverse[i, halfWidth];
        }
    }
}
