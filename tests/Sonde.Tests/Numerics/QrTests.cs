using System.Numerics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Tests.Numerics;

public sealed unsafe class QrTests
{
    public static readonly TheoryData<RegisterWidth> Widths = [RegisterWidth.Scalar, RegisterWidth.Bits256, RegisterWidth.Bits512];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Rows_become_orthonormal_and_keep_their_spans(RegisterWidth width)
    {
        Orthonormalizes<double>(width);
        Orthonormalizes<float>(width);
    }

    private static void Orthonormalizes<T>(RegisterWidth width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new RandomSource(31);
        foreach (var (m, n) in new[] { (0, 0), (0, 3), (1, 1), (1, 9), (3, 3), (5, 8), (17, 17), (20, 41), (40, 40) })
        {
            var a = DenseCases.Random<T>(random, m, n);
            for (var j = 0; j < n && m > 2; j++)
                a[2, j] *= T.CreateChecked(1e-12);                      // a small row is as good as any
            var (q, l) = (a.Copy(), new Matrix<T>(m, m));
            DenseCases.Run(width, new OrthonormalCase<T>(q, l));
            var tolerance = (10 + m) * DenseCases.Precision<T>();
            Assert.InRange(DenseCases.Difference(DenseCases.Product(q, false, q, true), Matrix<T>.Identity(m)), 0, tolerance);
            Assert.InRange(DenseCases.Difference(DenseCases.Product(l, false, q, false), a), 0, tolerance);
            for (var i = 0; i < m; i++)
            {
                Assert.True(l[i, i] > T.Zero);
                for (var j = i + 1; j < m; j++)
                    Assert.Equal(T.Zero, l[i, j]);
            }
        }
    }

    [Fact]
    public void Dependent_rows_are_refused_and_left_alone()
    {
        var a = DenseCases.Random<double>(new RandomSource(1), 4, 6);
        for (var j = 0; j < 6; j++)
            a[3, j] = 2 * a[0, j] - a[1, j];
        var before = a.Copy();
        Assert.False(Qr.OrthonormalizeRows<double>(a));
        Assert.Equal(before.Values.ToArray(), a.Values.ToArray());
        Assert.False(Qr.OrthonormalizeRows<double>(new Matrix<double>(2, 3)));
        a[3, 2] = double.NaN;
        Assert.False(Qr.OrthonormalizeRows<double>(a));
        Assert.Throws<ArgumentException>(() => Qr.OrthonormalizeRows<double>(new Matrix<double>(3, 2)));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Least_squares_leave_a_residual_that_is_orthogonal_to_every_column(RegisterWidth width)
    {
        var random = new RandomSource(33);
        foreach (var (m, n) in new[] { (1, 1), (4, 4), (9, 3), (40, 17), (100, 20) })
        {
            var (a, b, x) = (DenseCases.Random<double>(random, m, n), DenseCases.Random<double>(random, 5, m), new Matrix<double>(5, n));
            for (var i = 0; i < n; i++)
                a[i, i] += 2;
            foreach (ref var value in a.Values)
                value *= 1e30;                                          // of any size
            DenseCases.Run(width, new LeastSquaresCase<double>(a, b, x));
            var residual = DenseCases.Product(x, false, a, true);
            for (var i = 0; i < residual.Values.Length; i++)
                residual.Values[i] = b.Values[i] - residual.Values[i];
            Assert.InRange(DenseCases.Difference(DenseCases.Product(residual, false, a, false), new Matrix<double>(5, n)) / 1e30, 0, 1e-12);
        }
    }

    [Fact]
    public void Least_squares_without_a_single_solution_are_refused()
    {
        var (a, b, x) = (new Matrix<double>(3, 2), new Matrix<double>(1, 3), new Matrix<double>(1, 2));
        a.Values.Fill(1);
        Assert.False(Qr.LeastSquares<double>(a, b, x));
        a[1, 1] = double.NaN;
        Assert.False(Qr.LeastSquares<double>(a, b, x));
        Assert.Throws<ArgumentException>(() => Qr.LeastSquares<double>(new Matrix<double>(2, 3), x, b));
    }

    private sealed record OrthonormalCase<T>(Matrix<T> A, Matrix<T> Lower) : IKernelCase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>
        {
            fixed (T* a = A.Values, lower = Lower.Values)
                Assert.True(QrKernel<T, V, L>.OrthonormalizeRows(A.Rows, A.Width, a, lower));
        }
    }

    private sealed record LeastSquaresCase<T>(Matrix<T> A, Matrix<T> B, Matrix<T> X) : IKernelCase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>
        {
            fixed (T* a = A.Values, b = B.Values, x = X.Values)
                Assert.True(QrKernel<T, V, L>.LeastSquares(A.Rows, A.Width, a, B.Rows, b, x));
        }
    }
}
