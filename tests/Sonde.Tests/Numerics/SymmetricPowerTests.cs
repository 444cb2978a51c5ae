using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Tests.Numerics;

public sealed unsafe class SymmetricPowerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(41)]
    public void Powers_multiply_to_what_they_should(int n)
    {
        var a = CholeskyTests.Definite<double>(new RandomSource(61), n);
        Matrix<double> inverse = new(n, n), inverseRoot = new(n, n), root = new(n, n), third = new(n, n), product = new(n, n), cube = new(n, n);
        Assert.True(SymmetricPower.Apply<double>(a, -1, inverse));
        Assert.True(SymmetricPower.Apply<double>(a, -0.5, inverseRoot));
        Assert.True(SymmetricPower.Apply<double>(a, 0.5, root));
        Assert.True(SymmetricPower.Apply<double>(a, 1 / 3.0, third));
        Dense.Multiply<double>(a, inverse, product);
        Assert.InRange(DenseCases.Difference(product, Matrix<double>.Identity(n)), 0, 1e-12);
        Dense.Multiply<double>(root, inverseRoot, product);
        Assert.InRange(DenseCases.Difference(product, Matrix<double>.Identity(n)), 0, 1e-12);
        Dense.Multiply<double>(root, root, product);
        Assert.InRange(DenseCases.Difference(product, a), 0, 1e-12 * n);
        Dense.Multiply<double>(third, third, product);
        Dense.Multiply<double>(third, product, cube);
        Assert.InRange(DenseCases.Difference(cube, a), 0, 1e-12 * n);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
                Assert.Equal(root[i, j], root[j, i]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(14)]
    public void Many_powers_and_solutions_agree_with_one_at_a_time(int n)
    {
        const int count = 13;
        var random = new RandomSource(62);
        Matrix<double> matrices = new(count, n * n), roots = new(count, n * n), powers = new(count, n * n), one = new(n, n);
        var (right, solutions, image) = (DenseCases.Random<double>(random, count, n), new Matrix<double>(count, n), new double[n]);
        for (var i = 0; i < count; i++)
            CholeskyTests.Definite<double>(random, n).Values.CopyTo(matrices[i]);
        Assert.True(SymmetricPower.SolveAndRootMany<double>(matrices, right, solutions, roots));
        Assert.True(SymmetricPower.ApplyMany<double>(matrices, 0.7, powers));
        for (var i = 0; i < count; i++)
        {
            var a = new ReadOnlyBatch<double>(matrices[i], n, n);
            Assert.True(SymmetricPower.Apply(a, -0.5, one));
            Assert.InRange(DenseCases.Difference(one, new Matrix<double>(new ReadOnlyBatch<double>(roots[i], n, n))), 0, 1e-13);
            Assert.True(SymmetricPower.Apply(a, 0.7, one));
            Assert.InRange(DenseCases.Difference(one, new Matrix<double>(new ReadOnlyBatch<double>(powers[i], n, n))), 0, 1e-12 * n);
            Dense.Multiply(a, solutions[i], image);
            for (var j = 0; j < n; j++)
                Assert.Equal(right[i, j], image[j], 1e-12);
        }
    }

    [Fact]
    public void Every_width_of_register_gives_the_same_bits()
    {
        const int n = 11, count = 9;
        var random = new RandomSource(63);
        var (matrices, right) = (new Matrix<double>(count, n * n), DenseCases.Random<double>(random, count, n));
        for (var i = 0; i < count; i++)
            CholeskyTests.Definite<double>(random, n).Values.CopyTo(matrices[i]);
        var (solutions, roots) = (new Matrix<double>(count, n), new Matrix<double>(count, n * n));
        Assert.True(SymmetricPower.SolveAndRootMany<double>(matrices, right, solutions, roots, new Workers(2)));
        foreach (var width in new[] { RegisterWidth.Scalar, RegisterWidth.Bits256, RegisterWidth.Bits512 })
        {
            var again = new RootCase(matrices, right, new Matrix<double>(count, n), new Matrix<double>(count, n * n), n);
            DenseCases.Run(width, again);
            Assert.Equal(solutions.Values.ToArray(), again.Solutions.Values.ToArray());
            Assert.Equal(roots.Values.ToArray(), again.Roots.Values.ToArray());
        }
    }

    [Fact]
    public void Powers_that_do_not_exist_are_refused()
    {
        var result = new Matrix<double>(3, 3);
        var a = Matrix<double>.Identity(3);
        a[2, 2] = 0;
        Assert.True(SymmetricPower.Apply<double>(a, 0.5, result));       // semidefinite
        Assert.Equal(0, result[2, 2]);
        Assert.False(SymmetricPower.Apply<double>(a, -0.5, result));
        a[2, 2] = -1;
        Assert.False(SymmetricPower.Apply<double>(a, 0.5, result));
        a[2, 2] = double.NaN;
        Assert.False(SymmetricPower.Apply<double>(a, 1, result));

        Matrix<double> many = new(2, 9), right = new(2, 3), solutions = new(2, 3), roots = new(2, 9);
        Matrix<double>.Identity(3).Values.CopyTo(many[0]);
        a.Values.CopyTo(many[1]);
        Assert.False(SymmetricPower.SolveAndRootMany<double>(many, right, solutions, roots));
        Assert.Equal(1, roots[0, 0]);
        Assert.True(double.IsNaN(roots[1, 0]) && double.IsNaN(solutions[1, 0]));
    }

    private sealed record RootCase(Matrix<double> Matrices, Matrix<double> Right, Matrix<double> Solutions, Matrix<double> Roots, int N) : IKernelCase<double>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<double, V>
        {
            fixed (double* matrices = Matrices.Values, right = Right.Values, solutions = Solutions.Values, roots = Roots.Values)
                Assert.True(SymmetricPower.Many<double, V, L>(Matrices.Rows, N, -0.5, matrices, right, solutions, roots, null));
        }
    }
}
