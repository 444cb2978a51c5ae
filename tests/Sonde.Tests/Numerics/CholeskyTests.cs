using System.Numerics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Tests.Numerics;

public sealed unsafe class CholeskyTests
{
    public static readonly TheoryData<RegisterWidth> Widths = [RegisterWidth.Scalar, RegisterWidth.Bits256, RegisterWidth.Bits512];

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_factor_times_its_transpose_is_the_matrix(RegisterWidth width)
    {
        Factors<double>(width);
        Factors<float>(width);
    }

    private static void Factors<T>(RegisterWidth width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new RandomSource(21);
        foreach (var n in new[] { 0, 1, 2, 3, 7, 8, 23, 24, 25, 40, 41, 66, 130 })
        {
            var a = Definite<T>(random, n);
            var l = a.Copy();
            for (var i = 0; i < n; i++)
                for (var j = i + 1; j < n; j++)
                    l[i, j] = T.NaN;                                    // not read
            DenseCases.Run(width, new FactorCase<T>(l));
            for (var i = 0; i < n; i++)
                for (var j = i + 1; j < n; j++)
                    l[i, j] = T.Zero;
            Assert.InRange(DenseCases.Difference(DenseCases.Product(l, false, l, true), a), 0, 10 * (n + 1) * DenseCases.Precision<T>());
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Triangular_systems_of_any_kind_are_solved(RegisterWidth width)
    {
        Triangles<double>(width);
        Triangles<float>(width);
    }

    private static void Triangles<T>(RegisterWidth width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new RandomSource(22);
        foreach (var n in new[] { 0, 1, 2, 9, 40, 64, 65, 150 })
            foreach (var rows in new[] { 0, 1, 3, 4, 21, 70 })
                for (var form = 0; form < 8; form++)
                {
                    var (lower, transposed, unit) = (form % 2 == 0, form / 2 % 2 == 0, form / 4 == 0);
                    var t = DenseCases.Random<T>(random, n, n);
                    for (var i = 0; i < n; i++)
                        for (var j = 0; j < n; j++)
                            t[i, j] = i == j ? T.One + t[i, j] * t[i, j] : t[i, j] / T.CreateChecked(n);
                    var x = DenseCases.Random<T>(random, rows, n);
                    var b = new Matrix<T>(rows, n);
                    for (var row = 0; row < rows; row++)
                        for (var i = 0; i < n; i++)
                            for (var j = 0; j < n; j++)
                            {
                                var inside = transposed ? (lower ? i <= j : j <= i) : (lower ? j <= i : i <= j);
                                var value = i == j && unit ? T.One : transposed ? t[j, i] : t[i, j];
                                b[row, i] += inside ? value * x[row, j] : T.Zero;
                            }
                    DenseCases.Run(width, new SolveCase<T>(t, b, lower != transposed, transposed, unit));
                    Assert.InRange(DenseCases.Difference(b, x), 0, 40 * DenseCases.Precision<T>());
                }
    }

    [Fact]
    public void A_large_matrix_is_factored_solved_and_inverted()
    {
        foreach (var n in new[] { 1, 40, 333 })
        {
            var random = new RandomSource(n);
            var a = Definite<double>(random, n);
            var l = a.Copy();
            Assert.True(Cholesky.Factor<double>(l));
            if (n > 1)
                Assert.Equal(0, l[0, n - 1]);
            var x = DenseCases.Random<double>(random, 9, n);
            var b = new Matrix<double>(9, n);
            Dense.Multiply<double>(x, a, b);
            Cholesky.Solve<double>(l, b);
            Assert.InRange(DenseCases.Difference(b, x), 0, 1e-11);
            Matrix<double> inverse = new(n, n), product = new(n, n);
            Cholesky.Inverse<double>(l, inverse);
            Dense.Multiply<double>(a, inverse, product);
            Assert.InRange(DenseCases.Difference(product, Matrix<double>.Identity(n)), 0, 1e-11);
            var reference = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowMajor(n, n, a.Values.ToArray()).Cholesky();
            Assert.Equal(reference.DeterminantLn, Cholesky.LogDeterminant<double>(l), 1e-9);
        }
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_refused()
    {
        foreach (var n in new[] { 1, 5, 30, 80 })
            for (var place = 0; place < n; place += 7)
            {
                foreach (var bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
                {
                    var a = Matrix<double>.Identity(n);
                    a[place, place] = bad;
                    Assert.False(Cholesky.Factor<double>(a));
                }
                var b = Matrix<double>.Identity(n);
                b[n - 1, place] = b[place, n - 1] = double.NaN;
                Assert.False(Cholesky.Factor<double>(b));
            }
    }

    internal static Matrix<T> Definite<T>(RandomSource random, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (y, a) = (DenseCases.Random<T>(random, n, n), new Matrix<T>(n, n));
        Dense.Gram<T>(y, a);
        for (var i = 0; i < n; i++)
            a[i, i] += T.One;
        return a;
    }

    private sealed record FactorCase<T>(Matrix<T> A) : IKernelCase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>
        {
            fixed (T* a = A.Values)
                Assert.True(CholeskyKernel<T, V, L>.Factor(A.Rows, a, A.Width));
        }
    }

    private sealed record SolveCase<T>(Matrix<T> Triangle, Matrix<T> B, bool Forward, bool Transposed, bool Unit) : IKernelCase<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>
        {
            fixed (T* t = Triangle.Values, b = B.Values)
            {
                var strided = new Strided<T>(t, Triangle.Width, 1);
                Triangular<T, V, L>.Solve(Triangle.Rows, Transposed ? strided.Transposed : strided, Forward, Unit, B.Rows, b, B.Width);
            }
        }
    }
}
