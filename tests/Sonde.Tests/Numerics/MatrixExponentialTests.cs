using Sonde.Numerics;

namespace Sonde.Tests.Numerics;

public sealed class MatrixExponentialTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(40)]
    [InlineData(1000)]
    public void A_rotation_by_any_angle_is_exact(double angle)
    {
        var (a, result) = (new Matrix<double>(2, 2), new Matrix<double>(2, 2));
        (a[0, 1], a[1, 0]) = (-1, 1);
        Assert.True(MatrixExponential.Evaluate<double>(a, angle, result));
        Assert.Equal(Math.Cos(angle), result[0, 0], 1e-12);
        Assert.Equal(Math.Sin(angle), result[1, 0], 1e-12);
        Assert.Equal(-Math.Sin(angle), result[0, 1], 1e-12);
    }

    [Fact]
    public void A_nilpotent_matrix_ends_its_series()
    {
        var (a, result) = (new Matrix<double>(3, 3), new Matrix<double>(3, 3));
        (a[0, 1], a[1, 2]) = (3, 5);
        Assert.True(MatrixExponential.Evaluate<double>(a, 2, result));
        double[] expected = [1, 6, 30, 0, 1, 10, 0, 0, 1];
        for (var i = 0; i < 9; i++)
            Assert.Equal(expected[i], result.Values[i], 1e-13);
    }

    [Fact]
    public void The_exponential_of_a_symmetric_matrix_is_that_of_its_eigenvalues()
    {
        var random = new RandomSource(3);
        foreach (var n in new[] { 1, 6, 40 })
        {
            var a = DenseCases.RandomSymmetric<double>(random, n);
            Matrix<double> result = new(n, n), vectors = new(n, n), expected = new(n, n);
            var values = new double[n];
            Assert.True(SymmetricEigen.Decompose<double>(a, values, vectors));
            for (var i = 0; i < n; i++)
                values[i] = Math.Exp(0.5 * values[i]);
            SymmetricPower.Compose<double>(values, vectors, expected);
            Assert.True(MatrixExponential.Evaluate<double>(a, 0.5, result));
            Assert.InRange(DenseCases.Difference(result, expected), 0, 1e-13 * n * values[^1]);
        }
    }

    [Fact]
    public void Float_agrees_with_double()
    {
        var a = DenseCases.Random<float>(new RandomSource(9), 8, 8);
        var wide = new Matrix<double>(8, 8);
        for (var i = 0; i < 64; i++)
            wide.Values[i] = a.Values[i];
        var (result, expected) = (new Matrix<float>(8, 8), new Matrix<double>(8, 8));
        Assert.True(MatrixExponential.Evaluate<float>(a, 1, result));
        Assert.True(MatrixExponential.Evaluate<double>(wide, 1, expected));
        Assert.InRange(DenseCases.Difference(result, expected), 0, 1e-5);
    }

    [Fact]
    public void What_overflows_or_is_not_finite_ends_in_false()
    {
        var (a, result) = (Matrix<double>.Identity(2), new Matrix<double>(2, 2));
        Assert.False(MatrixExponential.Evaluate<double>(a, 1000, result));
        Assert.False(MatrixExponential.Evaluate<double>(a, double.NaN, result));
        Assert.True(MatrixExponential.Evaluate<double>(a, -1000, result));
        Assert.Equal(0, result[0, 0]);
        Assert.Throws<ArgumentException>(() => MatrixExponential.Evaluate<double>(new Matrix<double>(2, 3), 1, result));
    }
}
