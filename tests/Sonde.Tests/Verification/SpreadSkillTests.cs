using Sonde.Numerics;
using Sonde.Verification;

namespace Sonde.Tests.Verification;

public sealed class SpreadSkillTests
{
    [Fact]
    public void Reliability_is_the_weighted_distance_of_error_and_spread()
    {
        var pairs = new SpreadSkill();
        foreach (var (variance, square) in new[] { (1.0, 4.0), (1, 4), (9, 1), (9, 1) })
            pairs.Add(variance, square);
        foreach (var bins in new[] { pairs.ByCount(2), pairs.ByWidth(2), pairs.ByWidth(20) })
        {
            Assert.Equal([new SpreadSkillBin(1, 2, 2), new SpreadSkillBin(3, 1, 2)], bins);
            Assert.Equal(1.5, SpreadSkill.Reliability(bins), 1e-15);
        }
        Assert.Equal(Math.Sqrt(20.0 / 10), pairs.Ratio, 1e-15);
        Assert.Equal(Math.Abs(Math.Sqrt(5) - Math.Sqrt(2.5)), SpreadSkill.Reliability(pairs.ByCount(1)), 1e-15);
    }

    [Fact]
    public void Spreads_are_counted_in_bins_of_equal_width()
    {
        var pairs = new SpreadSkill();
        Assert.Empty(pairs.Frequencies(3).Edges);
        Assert.Empty(pairs.Frequencies(3).Counts);
        foreach (var spread in new[] { 1.0, 1.5, 2, 4, 1, 3.5 })
            pairs.Add(spread * spread, 1);
        var (edges, counts) = pairs.Frequencies(3);
        Assert.Equal([1, 2, 3, 4], edges);
        Assert.Equal([3L, 1, 2], counts);
    }

    [Fact]
    public void Calibrated_pairs_are_reliable_in_either_kind_of_bin()
    {
        var pairs = Draw(200_000, 1);
        Assert.Equal(10, pairs.ByCount(10).Count);
        Assert.InRange(SpreadSkill.Reliability(pairs.ByCount(10)), 0, 0.01);
        Assert.InRange(SpreadSkill.Reliability(pairs.ByWidth(20)), 0, 0.01);
        Assert.Equal(1, pairs.Ratio, 0.005);
    }

    [Fact]
    public void More_pairs_than_are_kept_are_thinned_evenly()
    {
        var pairs = Draw(2_500_000, 2);
        Assert.Equal(2_500_000, pairs.Count);
        Assert.InRange(pairs.ByCount(1)[0].Count, 600_000, 1 << 20);
        Assert.Equal(1, pairs.Ratio, 0.005);
    }

    [Fact]
    public void Thinning_prefers_no_component()
    {
        var pairs = new SpreadSkill();
        for (var i = 0; i < 3_000_000; i++)
            pairs.Add(i % 2 == 0 ? 1 : 100, 1);
        Assert.Equal(Math.Sqrt(50.5), pairs.Ratio, 0.02);
        Assert.Equal(0.5, (double)pairs.ByWidth(2)[0].Count / pairs.ByCount(1)[0].Count, 0.005);
    }

    [Fact]
    public void Pairs_that_are_no_numbers_are_passed_over_and_none_make_no_score()
    {
        var pairs = new SpreadSkill();
        Assert.Equal(double.NaN, pairs.Ratio);
        Assert.Equal(double.NaN, SpreadSkill.Reliability(pairs.ByCount(10)));
        pairs.Add(double.NaN, 1);
        pairs.Add(1, double.PositiveInfinity);
        pairs.Add(-1, 1);
        pairs.Add(4, 1);
        Assert.Equal(1, pairs.Count);
        Assert.Equal(2, pairs.Ratio);
    }

    [Fact]
    public void A_spread_that_is_wrong_by_a_factor_is_off_by_so_much()
    {
        var (pairs, z) = (new SpreadSkill(), new double[400_000]);
        new RandomSource(4).FillNormal(z);
        for (var i = 0; i < z.Length; i++)
        {
            var sd = 1 + (double)(i % 100) / 100;
            pairs.Add(0.25 * sd * sd, sd * sd * z[i] * z[i]);           // believes half of it: |error − spread| is half the error, 0.75 on average
        }
        Assert.Equal(0.5, pairs.Ratio, 0.003);
        Assert.Equal(0.7475, SpreadSkill.Reliability(pairs.ByCount(10)), 0.005);
        Assert.Equal(0.7475, SpreadSkill.Reliability(pairs.ByWidth(20)), 0.005);
    }

    [Fact]
    public void What_was_saved_goes_on_as_if_never_interrupted()
    {
        var (whole, before) = (new SpreadSkill(), new SpreadSkill());
        for (var i = 0; i < 1000; i++)
            before.Add(i, 2 * i);
        var after = new SpreadSkill();
        var (pairs, count) = before.Save();
        after.Restore(pairs, count);
        for (var i = 0; i < 2000; i++)
        {
            whole.Add(i, 2 * i);
            if (i >= 1000)
                after.Add(i, 2 * i);
        }
        Assert.Equal(whole.ByCount(7), after.ByCount(7));
    }

    private static SpreadSkill Draw(int count, long seed)
    {
        var pairs = new SpreadSkill();
        var (sd, z) = (new double[count], new double[count]);
        new RandomSource(seed).Fork("sd").FillUniform(sd);
        new RandomSource(seed).Fork("z").FillNormal(z);
        for (var i = 0; i < count; i++)
        {
            var s = 0.5 + sd[i];
            pairs.Add(s * s, s * s * z[i] * z[i]);
        }
        return pairs;
    }
}
