using Sonde.Assimilation;
using Sonde.Numerics;

namespace Sonde.Tests.Assimilation;

public sealed class PriorTests
{
    [Fact]
    public void Draws_of_a_box_lie_in_it_and_have_its_moments()
    {
        var prior = new UniformPrior([-1, 4, 2], [3, 5, 2]);
        var members = new Matrix<double>(20_000, 3);
        prior.Sample(members, new RandomSource(8));
        var (moments, sample) = (prior.Moments(), new EmpiricalPrior(members).Moments());
        var variance = new double[3];
        moments.Variance(variance);
        Assert.Equal([1, 4.5, 2], moments.MeanState);
        Assert.Equal([16 / 12.0, 1 / 12.0, 0], variance);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(moments.MeanState[i], sample.MeanState[i], 0.03);
            Assert.Equal(variance[i], sample.Covariance![i, i], 0.02);
        }
        for (var n = 0; n < members.Rows; n++)
            Assert.True(members[n, 0] is >= -1 and < 3 && members[n, 1] is >= 4 and < 5 && members[n, 2] == 2);
    }

    [Theory]
    [InlineData(1.0, 0.5)]
    [InlineData(double.NaN, 2)]
    [InlineData(0, double.PositiveInfinity)]
    public void A_box_needs_rising_bounds(double from, double to) => Assert.Throws<ArgumentException>(() => new UniformPrior([from], [to]));
}
