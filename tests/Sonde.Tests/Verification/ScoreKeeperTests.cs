using Sonde.Assimilation;
using Sonde.Numerics;
using Sonde.Tests.Problems;
using Sonde.Verification;

namespace Sonde.Tests.Verification;

public sealed class ScoreKeeperTests
{
    private const int Width = 40;

    [Fact]
    public void Series_hold_what_single_scores_give()
    {
        var keeper = new ScoreKeeper(new RandomSource(1));
        for (var k = 0; k < 5; k++)
        {
            var (members, truth) = Draw(20, k);
            var scores = keeper.Record(k, members, [], truth);
            Assert.Equal(EnsembleScores.Of(members, [], truth), scores);
            Assert.Equal(scores.Crps, keeper.Series("crps")[k]);
            Assert.Equal(EnsembleScores.Coverage(members, [], truth, 0.9), keeper.Series("coverage90")[k]);
        }
        Assert.Equal(5, keeper.Times);
        Assert.Throws<ArgumentException>(() => keeper.Series("skill").Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public void Times_before_and_after_those_that_count_are_in_the_series_alone(int? period)
    {
        var keeper = new ScoreKeeper(new RandomSource(9), scored: new(1, 4), period: period);
        var members = new Matrix<double>(2, 1);
        (members[0, 0], members[1, 0]) = (-1, 1);
        for (var k = 0; k < (period is null ? 5 : 10); k++)
            keeper.Record(k, members, [], [k % 5]);
        Assert.Equal([0, 1, 2, 3, 4], keeper.Series("rmse")[..5].ToArray());
        Assert.Equal(2, keeper.Average("rmse").Mean);
        Assert.Equal(period is null ? 3 : 6, keeper.Ranks!.Total);
    }

    [Fact]
    public void A_calibrated_ensemble_has_flat_ranks_right_coverage_and_matching_spread()
    {
        const int n = 9, times = 2000;
        var keeper = new ScoreKeeper(new RandomSource(2), scored: new(100), levels: [0.5, 0.8, 0.95]);
        for (var k = 0; k < times; k++)
        {
            var (members, truth) = Draw(n, k);
            keeper.Record(k, members, [], truth);
        }
        var independent = (times - 100) * Width;
        Assert.Equal(n + 1, keeper.Ranks!.Counts.Count);
        Assert.Equal(independent, keeper.Ranks.Total);
        Assert.InRange(keeper.Ranks.ChiSquare, 1.1, 27.9);                      // χ²(9) at 0.001 from either end
        Assert.Equal(keeper.Ranks.ExpectedDeviation(independent), keeper.Ranks.Deviation, 0.8 * keeper.Ranks.Deviation);
        Assert.Equal(0.5, keeper.Average("coverage50").Mean, 0.008);
        Assert.Equal(0.8, keeper.Average("coverage80").Mean, 0.006);
        Assert.Equal(0.95, keeper.Average("coverage95").Mean, 0.004);
        Assert.Equal(Math.Sqrt(n / (n + 1.0)), keeper.SpreadSkill.Ratio, 0.01);
        Assert.Equal(Math.Sqrt(n / (n + 1.0)), keeper.SpreadErrorRatio, 0.01);
    }

    [Fact]
    public void A_calibrated_Gaussian_has_flat_ranks_and_right_coverage()
    {
        var keeper = new ScoreKeeper(new RandomSource(3));
        var (mean, variance, truth) = (new double[Width], new double[Width], new double[Width]);
        for (var k = 0; k < 2000; k++)
        {
            var random = new RandomSource(4).Fork(k);
            random.FillNormal(mean);
            random.FillNormal(truth);
            for (var i = 0; i < Width; i++)
            {
                variance[i] = 1 + i % 3;
                truth[i] = mean[i] + Math.Sqrt(variance[i]) * truth[i];
            }
            keeper.Record(k, mean, variance, truth);
        }
        Assert.InRange(keeper.Ranks!.ChiSquare, 5.4, 43.8);                     // χ²(19) at 0.001 from either end
        Assert.Equal(0.5, keeper.Average("coverage50").Mean, 0.008);
        Assert.Equal(0.9, keeper.Average("coverage90").Mean, 0.005);
        Assert.Equal(1, keeper.SpreadSkill.Ratio, 0.01);
        Assert.Equal(double.NaN, keeper.Average("energyScore").Mean);
        Assert.InRange(SpreadSkill.Reliability(keeper.SpreadSkill.ByCount(3)), 0, 0.02);
    }

    [Fact]
    public void Ties_are_broken_evenly_and_depend_on_no_order()
    {
        var members = new Matrix<double>(4, Width);                             // rank 0 … 4, all equally likely
        var (forward, backward) = (new ScoreKeeper(new RandomSource(5)), new ScoreKeeper(new RandomSource(5)));
        for (var k = 0; k < 500; k++)
        {
            forward.Record(k, members, [], new double[Width]);
            backward.Record(499 - k, members, [], new double[Width]);
        }
        Assert.All(forward.Ranks!.Counts, count => Assert.InRange(count, 3700, 4300));
        Assert.Equal(forward.Ranks.Counts, backward.Ranks!.Counts);
    }

    [Fact]
    public void A_diverged_time_is_reported_and_averaged_nowhere()
    {
        var keeper = new ScoreKeeper(new RandomSource(6));
        for (var k = 0; k < 20; k++)
        {
            var (members, truth) = Draw(10, k);
            if (k is 7 or 12)
                members[2, 5] = double.NaN;
            Assert.Equal(k is not (7 or 12), keeper.Record(k, members, [], truth).IsFinite);
        }
        Assert.Equal(7, keeper.DivergedAt);
        Assert.Equal(double.NaN, keeper.Series("coverage90")[7]);
        Assert.Equal(18, keeper.Average("rmse").Count);
        Assert.Equal(18 * Width, keeper.Ranks!.Total);
    }

    [Fact]
    public void Only_some_components_may_be_scored()
    {
        var (members, truth) = Draw(12, 1);
        var part = new Matrix<double>(12, 6);
        for (var i = 0; i < 12; i++)
            members[i].Slice(30, 6).CopyTo(part[i]);
        var keeper = new ScoreKeeper(new RandomSource(7), first: 30, components: 6);
        Assert.Equal(EnsembleScores.Of(part, [], truth.AsSpan(30, 6)), keeper.Record(0, new EnsembleBelief(members), truth));
        var gaussian = new GaussianBelief(truth, Matrix<double>.Identity(Width));
        Assert.Equal(0, keeper.Record(1, gaussian, truth).Rmse);
        Assert.Throws<ArgumentException>(() => new ScoreKeeper(new RandomSource(7), first: 38, components: 6).Record(0, members, [], truth));
    }

    [Fact]
    public void Weights_of_a_particle_filter_move_the_ranks()
    {
        const int n = 5;
        double[] weights = [0.6, 0.1, 0.1, 0.1, 0.1];
        var keeper = new ScoreKeeper(new RandomSource(8));
        for (var k = 0; k < 1500; k++)                                          // the truth is drawn as the weights say, between members
        {
            var random = new RandomSource(9).Fork(k);
            var (members, truth) = (new Matrix<double>(n, Width), new double[Width]);
            for (var i = 0; i < n; i++)
                members[i].Fill(i);
            for (var j = 0; j < Width; j++)
                truth[j] = random.Choose(weights) + random.NextDouble() - 0.5;
            keeper.Record(k, members, weights, truth);
        }
        Assert.Equal(2.5, keeper.Ranks!.Counts.Select((count, rank) => rank * (double)count).Sum() / keeper.Ranks.Total, 0.1);
    }

    [Fact]
    public void Keeping_scores_allocates_nothing_once_warm()
    {
        var keeper = new ScoreKeeper(new RandomSource(10));
        var (members, truth) = Draw(40, 1);
        var k = 0;
        while (k < 70)
            keeper.Record(k++, members, [], truth);
        Assert.Equal(0, Allocated.Bytes(() => keeper.Record(k++, members, [], truth)));
    }

    private static (Matrix<double> Members, double[] Truth) Draw(int n, int time)
    {
        var random = new RandomSource(42).Fork(time);
        var (members, truth) = (new Matrix<double>(n, Width), new double[Width]);
        random.FillNormal(members.Values);
        random.FillNormal(truth);
        return (members, truth);
    }
}
