using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// The normal equations as blocks that couple neighbors alone, found by 3 b products and factored by <see cref="BlockTridiagonal"/>: for windows of
/// states with model error. The cost is linear in the length of the window, and the inverse gives the covariance of the state at each time.
/// </summary>
/// <param name="Block">b, 1 or more: the unknowns are whole blocks of so many.</param>
/// <param name="Scaled">True damps with D = diag H; else D = I.</param>
public sealed record BlockTridiagonalNormal(int Block, bool Scaled = false) : INormalSolver
{
    /// <summary>b.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Block { get; init => field = Check.AtLeast(1, value, nameof(Block)); } = Check.AtLeast(1, Block, nameof(Block));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The problem is not made of whole blocks.</exception>
    public INormalEquations For(LeastSquares problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem.Width % Block == 0
            ? new Equations(problem, Block, Scaled)
            : throw new ArgumentException($"Blocks of {Block} do not divide the {problem.Width} unknowns of the problem.", nameof(problem));
    }

    private sealed class Equations(LeastSquares problem, int block, bool scaled) : INormalEquations, IMarginals
    {
        private readonly Matrix<double> diagonal = new(problem.Width, block), below = new(Math.Max(0, problem.Width - block), block);
        private readonly Matrix<double> factor = new(problem.Width, block), factorBelow = new(Math.Max(0, problem.Width - block), block);
        private bool factored;

        public int Width => problem.Width;

        public IInverseHessian? Inverse => factored ? this : null;

        public void Relinearize()
        {
            problem.HessianBlocks(diagonal, below);
            factored = false;
        }

        public double NaturalDamping(ReadOnlySpan<double> gradient) => scaled ? 1 : problem.CurvatureAlong(gradient);

        public NormalStep Solve(double damping, ReadOnlySpan<double> gradient, Span<double> step)
        {
            diagonal.Values.CopyTo(factor.Values);
            below.Values.CopyTo(factorBelow.Values);
            for (var i = 0; i < Width; i++)
                factor[i, i % block] += damping * (scaled ? diagonal[i, i % block] : 1);
            factored = BlockTridiagonal.Factor<double>(factor, factorBelow);
            if (!factored)
                return new(StopReason.NotPositiveDefinite, 0);
            TensorPrimitives.Negate(gradient, step);
            BlockTridiagonal.Solve<double>(factor, factorBelow, new Batch<double>(step));
            return new(StopReason.Converged, 0);
        }

        public void Apply(ReadOnlySpan<double> x, Span<double> y)
        {
            x.CopyTo(y);
            BlockTridiagonal.Solve<double>(factor, factorBelow, new Batch<double>(y));
        }

        public void Color(Span<double> noise) => BlockTridiagonal.SolveLowerTransposed<double>(factor, factorBelow, new Batch<double>(noise));

        public void Covariances(Batch<double> covariances)
        {
            using var frame = Scratch.Enter();
            BlockTridiagonal.SelectedInverse(factor, factorBelow, covariances, frame.Rent(factorBelow.Rows, block));
        }

        public void Variances(Span<double> variances)
        {
            using var frame = Scratch.Enter();
            var blocks = frame.Rent(Width, block);
            Covariances(blocks);
            for (var i = 0; i < Width; i++)
                variances[i] = blocks[i, i % block];
        }
    }
}
