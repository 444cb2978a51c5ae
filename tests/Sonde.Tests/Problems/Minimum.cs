using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Tests.Problems;

/// <summary>Sums of squares whose minimum is known.</summary>
/// <param name="Residual">r.</param>
/// <param name="Start">Where to begin.</param>
/// <param name="At">Where the cost is least.</param>
/// <param name="LeastCost">The cost there.</param>
internal sealed record Minimum(IMap<double> Residual, double[] Start, double[] At, double LeastCost)
{
    private static readonly Gather<double> First = new([0]), Second = new([1]);

    public LeastSquares Problem => new(Residual);

    /// <summary>½ |a x − b|² with random a [8, 5] and b, of which the minimum is not zero.</summary>
    public static Minimum Bowl { get; } = MakeBowl();

    /// <summary>½ |(10 (x₂ − x₁²), 1 − x₁)|² from (−1.2, 1). Rosenbrock, Comput. J. 3, 1960.</summary>
    public static Minimum Valley { get; } = new(
        Map.Of<double>(2, 2, x =>
        {
            var (first, second) = (x.Tape.Apply(First, x), x.Tape.Apply(Second, x));
            return (10 * (second - first * first)).Beside(-first + 1);
        }),
        [-1.2, 1], [1, 1], 0);

    /// <summary>½ Σ dᵢ (xᵢ − i)² with 20 curvatures dᵢ from 1 to 10⁶.</summary>
    public static Minimum BadlyScaled { get; } = MakeBadlyScaled();

    /// <summary>½ (ln x − 1)² from 10, whence a Gauss-Newton step leads below 0, where there is no cost.</summary>
    public static Minimum HalfLine { get; } = new(Map.Of<double>(1, 1, x => x.Apply(Activation.Logarithm) - 1), [10], [Math.E], 0);

    private static Minimum MakeBowl()
    {
        var random = new RandomSource(17);
        Matrix<double> a = new(8, 5), b = new(1, 8), hessian = new(5, 5), minimum = new(1, 5), residual = new(1, 8);
        random.FillNormal(a.Values);
        random.FillNormal(b.Values);
        Dense.GramTransposed<double>(a, hessian);
        Cholesky.Factor<double>(hessian);
        Dense.Multiply<double>(b, a, minimum);
        Cholesky.Solve<double>(hessian, minimum);
        b.Values.CopyTo(residual.Values);
        Dense.MultiplyTransposedRight<double>(-1, minimum, a, 1, residual);
        return new(
            Map.Of<double>(5, 8, x => x.Dense(x.Tape.Constant(a)) - x.Tape.Constant(b)), [1, 2, 3, 4, 5], minimum.Values.ToArray(),
            0.5 * residual.Values.ToArray().Sum(r => r * r));
    }

    private static Minimum MakeBadlyScaled()
    {
        const int n = 20;
        Matrix<double> roots = new(1, n), minimum = new(1, n);
        for (var i = 0; i < n; i++)
            (roots.Values[i], minimum.Values[i]) = (Math.Pow(10, 3.0 * i / (n - 1)), i);
        return new(Map.Of<double>(n, n, x => (x - x.Tape.Constant(minimum)) * x.Tape.Constant(roots)), new double[n], minimum.Values.ToArray(), 0);
    }
}
