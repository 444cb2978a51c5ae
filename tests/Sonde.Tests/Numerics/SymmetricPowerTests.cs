using Sonde.Numerics;

namespace Sonde.Tests.Numerics;

public sealed class SymmetricPowerTests
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
    }
}
