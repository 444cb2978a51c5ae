using Sonde.Assimilation.Filters;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation.Filters;

public sealed class RandomRotationTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(25)]
    public void A_rotation_keeps_mean_and_covariance_and_moves_members(int members)
    {
        var problem = new GaussianUpdate(members, 7, 3);
        var before = GaussianUpdate.Moments(problem.Forecast);
        var rotated = problem.Forecast.Copy();
        RandomRotation.Apply(rotated, new RandomSource(3), Workers.One);
        var after = GaussianUpdate.Moments(rotated);
        Assert.InRange((after.Mean - before.Mean).AbsoluteMaximum(), 0, 1e-12);
        Assert.InRange(GaussianUpdate.Difference(after.Covariance, before.Covariance), 0, 1e-11);
        if (members > 2)
            Assert.True(GaussianUpdate.Difference(rotated, problem.Forecast) > 0.1);
    }

    [Fact]
    public void Rotations_are_orthogonal_and_spread_evenly()
    {
        const int Size = 5, Draws = 4000;
        var q = new Matrix<double>(Size, Size);
        var (sums, squares) = (new Matrix<double>(Size, Size), new Matrix<double>(Size, Size));
        for (var draw = 0; draw < Draws; draw++)
        {
            RandomRotation.Uniform(q, new RandomSource(draw));
            for (var i = 0; i < Size; i++)
                for (var j = 0; j < Size; j++)
                {
                    var product = 0.0;
                    for (var k = 0; k < Size; k++)
                        product += q[i, k] * q[j, k];
                    Assert.Equal(i == j ? 1 : 0, product, 1e-13);
                    sums[i, j] += q[i, j];
                    squares[i, j] += q[i, j] * q[i, j];
                }
        }
        // Of the uniform distribution every entry has mean 0, variance 1/n, and fourth moment 3/(n (n + 2)).
        var errorOfSquare = Math.Sqrt((3.0 / (Size * (Size + 2)) - 1.0 / (Size * Size)) / Draws);
        for (var i = 0; i < Size; i++)
            for (var j = 0; j < Size; j++)
            {
                Assert.InRange(sums[i, j] / Draws, -4.5 / Math.Sqrt(Size * Draws), 4.5 / Math.Sqrt(Size * Draws));
                Assert.InRange(squares[i, j] / Draws, 1.0 / Size - 4.5 * errorOfSquare, 1.0 / Size + 4.5 * errorOfSquare);
            }
    }
}
