using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>The normal equations as a full matrix, factored by Cholesky: for small problems. A linearization costs min(n, residuals) sweeps.</summary>
/// <param name="Scaled">True damps with D = diag H, which does not depend on the units of x (Marquardt, SIAM J. 11, 1963); else D = I.</param>
public sealed record DenseNormal(bool Scaled = false) : INormalSolver
{
    /// <inheritdoc/>
    public INormalEquations For(LeastSquares problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        problem.KeepJacobian();
        return new Equations(problem, Scaled);
    }

    private sealed class Equations(LeastSquares problem, bool scaled) : INormalEquations, IInverseHessian
    {
        private readonly Matrix<double> hessian = new(problem.Width, problem.Width), factor = new(problem.Width, problem.Width);
        private bool factored;

        public int Width => problem.Width;

        public IInverseHessian? Inverse => factored ? this : null;

        public void Relinearize()
        {
            problem.Hessian(hessian);
            factored = false;
        }

        public double NaturalDamping(ReadOnlySpan<double> gradient) => scaled ? 1 : problem.CurvatureAlong(gradient);

        public NormalStep Solve(double damping, ReadOnlySpan<double> gradient, Span<double> step)
        {
            hessian.Values.CopyTo(factor.Values);
            for (var i = 0; i < Width; i++)
                factor[i, i] += damping * (scaled ? hessian[i, i] : 1);
            factored = Cholesky.Factor<double>(factor);
            if (!factored)
                return new(StopReason.NotPositiveDefinite, 0);
            TensorPrimitives.Negate(gradient, step);
            Cholesky.Solve<double>(factor, new Batch<double>(step));
            return new(StopReason.Converged, 0);
        }

        public void Apply(ReadOnlySpan<double> x, Span<double> y)
        {
            x.CopyTo(y);
            Cholesky.Solve<double>(factor, new Batch<double>(y));
        }

        public void Color(Span<double> noise) => Cholesky.SolveLowerTransposed<double>(factor, new Batch<double>(noise));

        public void Variances(Span<double> variances)
        {
            using var frame = Scratch.Enter();
            var inverse = frame.Rent(Width, Width);
            Cholesky.Inverse<double>(factor, inverse);
            for (var i = 0; i < Width; i++)
                variances[i] = inverse[i, i];
        }
    }
}
