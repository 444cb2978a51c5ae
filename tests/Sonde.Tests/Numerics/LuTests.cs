using System.Numerics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Tests.Numerics;

public sealed unsafe class LuTests
{
    public static readonly TheoryData<RegisterWidth> Widths = [RegisterWidth.Scalar, RegisterWidth.Bits256, RegisterWidth.Bits512];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Solutions_satisfy_their_equations(RegisterWidth width)
    {
        Solves<double>(width);
        Solves<float>(width);
    }

    private static void Solves<T>(RegisterWidth width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new RandomSource(51);
        foreach (var n in new[] { 0, 1, 2, 7, 32, 33, 64, 100 })
        {
            var (a, b) = (DenseCases.Random<T>(random, n, n), DenseCases.Random<T>(random, 6, n));
            var (factors, x) = (a.Copy(), b.Copy());
            DenseCases.Run(width, new LuCase<T>(factors, x));
            var image = DenseCases.Product(x, false, a, true);
            var size = 1.0;
            foreach (var value in x.Values)
                size = Math.Max(size, Math.Abs(double.CreateChecked(value)));
            Assert.InRange(DenseCases.Difference(image, b) / size, 0, 20 * (n + 1) * DenseCases.Precision<T>());
        }
    }

    [Fact]
    public void The_inverse_times_the_matrix_is_one()
    {
        foreach (var n in new[] { 1, 5, 70 })
        {
            var a = DenseCases.Random<double>(new RandomSource(n), n, n);
            a[0, 0] = 0;                                                // asks for an exchange of rows
            if (n == 1)
                a[0, 0] = -3;
            var (inverse, product) = (new Matrix<double>(n, n), new Matrix<double>(n, n));
            Assert.True(Lu.Inverse<double>(a, inverse));
            Dense.Multiply<double>(a, inverse, product);
            Assert.InRange(DenseCases.Difference(product, Matrix<double>.Identity(n)), 0, 1e-11);
        }
    }

    [Fact]
    public void Singular_and_unfinished_matrices_are_refused()
    {
        var a = new Matrix<double>(40, 40);
        Assert.False(Lu.Factor<double>(a, new int[40]));
        a = Matrix<double>.Identity(40);
        a[35, 35] = 0;
        Assert.False(Lu.Factor<double>(a, new int[40]));
        a = Matrix<double>.Identity(40);
        a[39, 3] = double.NaN;
        Assert.False(Lu.Inverse<double>(a, new Matrix<double>(40, 40)));
    }

    private sealed record LuCase<T>(Matrix<T> A, Matrix<T> B) : IKernelCase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>
        {
            fixed (T* a = A.Values, b = B.Values)
            fixed (int* pivots = new int[A.Rows])
            {
                Assert.True(LuKernel<T, V, L>.Factor(A.Rows, a, pivots));
                LuKernel<T, V, L>.Solve(A.Rows, a, pivots, B.Rows, b);
            }
        }
    }
}
