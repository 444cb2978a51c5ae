using MathNet.Numerics.Distributions;
using Sonde.Numerics;

namespace Sonde.Tests.Numerics;

public sealed class NormalDistributionTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(-1, 0.15865525393145707)]
    [InlineData(1.96, 0.9750021048517795)]
    [InlineData(-5, 2.866515718791939e-7)]
    [InlineData(-10, 7.619853024160526e-24)]
    [InlineData(-37, 5.725571222524577e-300)]
    public void Cumulative_probability_has_tabulated_values(double z, double p) =>
        Assert.Equal(1, NormalDistribution.Cumulative(z) / p, 1e-13);

    [Fact]
    public void Cumulative_probability_agrees_with_MathNet_and_with_its_vector_form()
    {
        var z = Enumerable.Range(-400, 801).Select(i => 0.02 * i).ToArray();
        var p = new double[z.Length];
        NormalDistribution.Cumulative(z, p);
        for (var i = 0; i < z.Length; i++)
        {
            Assert.Equal(NormalDistribution.Cumulative(z[i]), p[i]);
            Assert.Equal(Normal.CDF(0, 1, z[i]), p[i], 2e-15);
        }
    }

    [Fact]
    public void Special_arguments_have_their_limits()
    {
        Assert.Equal(0, NormalDistribution.Cumulative(double.NegativeInfinity));
        Assert.Equal(1, NormalDistribution.Cumulative(double.PositiveInfinity));
        Assert.Equal(double.NaN, NormalDistribution.Cumulative(double.NaN));
        Assert.Equal(double.NegativeInfinity, NormalDistribution.Quantile(0));
        Assert.Equal(double.PositiveInfinity, NormalDistribution.Quantile(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NormalDistribution.Quantile(1.1));
    }

    [Theory]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.95, 1.6448536269514722)]
    [InlineData(0.5, 0)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-300, -37.0471)]
    public void Quantile_inverts_the_cumulative_probability(double p, double z)
    {
        Assert.Equal(z, NormalDistribution.Quantile(p), z < -30 ? 1e-4 : 1e-13 * Math.Max(1, Math.Abs(z)));
        Assert.Equal(1, NormalDistribution.Cumulative(NormalDistribution.Quantile(p)) / p, 1e-11);
    }
}
