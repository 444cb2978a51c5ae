using Sonde.Numerics;
using Sonde.Verification;

namespace Sonde.Tests.Verification;

public sealed class RankHistogramTests
{
    [Fact]
    public void Bins_are_shared_out_among_parts_of_the_probability()
    {
        var histogram = new RankHistogram([3, 1]);
        Assert.Equal(0.25, histogram.Deviation, 1e-15);
        Assert.Equal(0.125, histogram.DeviationOf(4), 1e-15);           // 3/8, 3/8, 1/8, 1/8
        Assert.Equal(Math.Sqrt(2) / 18 * Math.Sqrt(3), histogram.DeviationOf(3), 1e-15);       // 1/2, 1/3, 1/6
        Assert.Equal(0, histogram.DeviationOf(1), 1e-15);
        Assert.Equal(double.NaN, new RankHistogram(5).DeviationOf(10));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void A_Gaussian_of_a_wrong_width_has_the_deviation_of_its_closed_form(double factor)
    {
        const int n = 200_000;
        var (truth, zero, variance) = (new double[n], new double[n], new double[n]);
        new RandomSource(1).FillNormal(truth);
        Array.Fill(variance, factor * factor);
        var keeper = new ScoreKeeper(new RandomSource(2));
        keeper.Record(0, zero, variance, truth);
        var sum = 0.0;
        for (var part = 0; part < 10; part++)
        {
            var share = Below(part + 1) - Below(part);
            sum += (share - 0.1) * (share - 0.1);
        }
        Assert.Equal(Math.Sqrt(sum / 10), keeper.Ranks!.DeviationOf(10), 2 * 0.3 / Math.Sqrt(n));
        Assert.Equal(factor, keeper.SpreadSkill.Ratio, 0.01 * factor);

        double Below(int part) => part == 0 ? 0 : part == 10 ? 1 : NormalDistribution.Cumulative(factor * NormalDistribution.Quantile(0.1 * part));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(40)]
    public void A_calibrated_ensemble_of_any_size_has_the_deviation_of_chance(int members)
    {
        const int n = 40_000;
        var draws = new Matrix<double>(members + 1, n);
        new RandomSource(3).FillNormal(draws.Values);
        var keeper = new ScoreKeeper(new RandomSource(4));
        keeper.Record(0, draws.All.Slice(0, members), [], draws[members]);
        Assert.InRange(keeper.Ranks!.DeviationOf(10) * Math.Sqrt(n) / 0.3, 0.3, 1.6);
        Assert.Equal(Math.Sqrt(members / (members + 1.0)), keeper.SpreadSkill.Ratio, 0.01);
        Assert.Equal(0.5 * Math.Log(2 * Math.PI) + 0.5 * (members + 1.0) / members * (members - 1.0) / (members - 3.0) - 0.5 * ExpectedLogPrecision(members), keeper.Series("negativeLogLikelihood")[0], 0.02);
    }

    /// <summary>−E ln s² of the unbiased variance of so many standard normal draws: ln(ν/2) − ψ(ν/2), ν = N − 1, with ψ by its recurrence and series.</summary>
    private static double ExpectedLogPrecision(int members)
    {
        var (x, digamma) = (0.5 * (members - 1), 0.0);
        for (; x < 20; x++)
            digamma -= 1 / x;
        digamma += Math.Log(x) - 0.5 / x - 1 / (12 * x * x);
        return Math.Log(0.5 * (members - 1)) - digamma;
    }
}
