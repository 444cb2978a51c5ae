using System.Numerics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Tests.Numerics;

public sealed unsafe class SvdTests
{
    public static readonly TheoryData<RegisterWidth> Widths = [RegisterWidth.Scalar, RegisterWidth.Bits256, RegisterWidth.Bits512];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Singular_vectors_reproduce_random_matrices(RegisterWidth width)
    {
        var random = new RandomSource(41);
        foreach (var (k, n) in new[] { (0, 0), (0, 4), (1, 1), (1, 7), (2, 2), (3, 5), (9, 9), (8, 24), (30, 41) })
        {
            Check(width, DenseCases.Random<double>(random, k, n));
            Check(width, DenseCases.Random<float>(random, k, n));
        }
    }

    [Theory]
    [InlineData("zero")]
    [InlineData("identity")]
    [InlineData("rank one")]
    [InlineData("repeated rows")]
    [InlineData("graded")]
    [InlineData("tiny")]
    [InlineData("huge")]
    public void Singular_vectors_reproduce_hard_matrices(string kind)
    {
        var random = new RandomSource(42);
        foreach (var (k, n) in new[] { (1, 1), (4, 4), (6, 19), (20, 20) })
        {
            var a = DenseCases.Random<double>(random, k, n);
            for (var i = 0; i < k; i++)
                for (var j = 0; j < n; j++)
                    a[i, j] = kind switch
                    {
                        "zero" => 0,
                        "identity" => i == j ? 1 : 0,
                        "rank one" => (i + 1.0) * (j - 2),
                        "repeated rows" => a[i % 2, j],
                        "graded" => a[i, j] * Math.Pow(10, -i - j),
                        "tiny" => a[i, j] * 1e-300,
                        _ => a[i, j] * 1e300,
                    };
            Check(RegisterWidth.Bits512, a);
            Check(RegisterWidth.Scalar, a);
        }
    }

    [Fact]
    public void Values_far_below_the_root_of_rounding_are_right_to_rounding_of_the_largest()
    {
        const int n = 9;                                                // squared, all from the fifth on drown
        var (p, q) = (DenseCases.Random<double>(new RandomSource(5), n, n), DenseCases.Random<double>(new RandomSource(6), n, n));
        Assert.True(Qr.OrthonormalizeRows<double>(p) && Qr.OrthonormalizeRows<double>(q));
        for (var i = 0; i < n; i++)
            foreach (ref var value in q[i])
                value *= Math.Pow(100, -i);
        var (a, values) = (DenseCases.Product(p, true, q, false), new double[n]);
        Assert.True(Svd.Decompose<double>(a, new Matrix<double>(n, n), values, new Matrix<double>(n, n)));
        for (var i = 0; i < n; i++)
            Assert.Equal(Math.Pow(100, -i), values[i], 2e-15);
    }

    [Fact]
    public void A_tall_matrix_agrees_with_a_reference_library()
    {
        var a = DenseCases.Random<double>(new RandomSource(7), 30, 11);
        var (left, values, right) = (new Matrix<double>(11, 30), new double[11], new Matrix<double>(11, 11));
        Assert.True(Svd.Decompose<double>(a, left, values, right));
        var reference = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowMajor(30, 11, a.Values.ToArray()).Svd();
        for (var i = 0; i < 11; i++)
            Assert.Equal(reference.S[i], values[i], 1e-12);
        Reproduces(a, left, values, right);
    }

    [Fact]
    public void A_number_that_is_not_finite_ends_in_false()
    {
        var a = new Matrix<double>(3, 4);
        foreach (var bad in new[] { double.NaN, double.NegativeInfinity })
        {
            a[1, 2] = bad;
            Assert.False(Svd.Decompose<double>(a, new Matrix<double>(3, 3), new double[3], new Matrix<double>(3, 4)));
        }
    }

    private static void Check<T>(RegisterWidth width, Matrix<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new SvdCase<T>(a, new Matrix<T>(a.Rows, a.Rows), new T[a.Rows], new Matrix<T>(a.Rows, a.Width));
        DenseCases.Run(width, result);
        Reproduces(a, result.Left, result.Values, result.Right);
    }

    private static void Reproduces<T>(Matrix<T> a, Matrix<T> left, T[] values, Matrix<T> right) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tolerance = (20 + a.Width) * DenseCases.Precision<T>();
        Assert.InRange(DenseCases.Difference(DenseCases.Product(left, false, left, true), Matrix<T>.Identity(left.Rows)), 0, tolerance);
        Assert.InRange(DenseCases.Difference(DenseCases.Product(right, false, right, true), Matrix<T>.Identity(right.Rows)), 0, tolerance);
        var largest = values.Length == 0 || T.IsZero(values[0]) ? T.One : values[0];
        var (scaled, relative) = (left.Copy(), a.Copy());
        for (var i = 0; i < values.Length; i++)
        {
            Assert.True(i == 0 || values[i] <= values[i - 1]);
            foreach (ref var value in scaled[i])
                value *= values[i] / largest;
        }
        foreach (ref var value in relative.Values)
            value /= largest;
        Assert.InRange(DenseCases.Difference(DenseCases.Product(scaled, true, right, false), relative), 0, tolerance);
    }

    private sealed record SvdCase<T>(Matrix<T> A, Matrix<T> Left, T[] Values, Matrix<T> Right) : IKernelCase<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>
        {
            fixed (T* a = A.Values, left = Left.Values, values = Values, right = Right.Values)
                Assert.True(SvdKernel<T, V, L>.Decompose(A.Rows, A.Width, a, left, values, right));
        }
    }
}
