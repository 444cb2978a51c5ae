using Sonde.Numerics;
using Sonde.Verification;

namespace Sonde.Tests.Verification;

public sealed class EnsembleScoresTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(3, 3)]
    [InlineData(7, 40)]
    [InlineData(40, 40)]
    [InlineData(41, 17)]
    [InlineData(100, 130)]
    [InlineData(300, 3)]
    public void Scores_are_the_double_sums_that_define_them(int n, int width)
    {
        var (members, truth) = Draw(n, width, 1);
        AssertScores(members, [], truth);
        var weights = new double[n];
        new RandomSource(2).FillExponential(weights);
        var sum = weights.Sum();
        AssertScores(members, Array.ConvertAll(weights, w => w / sum), truth);
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        var (members, truth) = Draw(23, 45, 3);
        var wide = EnsembleScorer.Score<Simd512<double>>(members, [], 0, truth, null, true);
        Assert.Equal(wide, EnsembleScorer.Score<Simd256<double>>(members, [], 0, truth, null, true));
        Assert.Equal(wide, EnsembleScorer.Score<Simd128<double>>(members, [], 0, truth, null, true));
    }

    [Fact]
    public void In_one_dimension_the_energy_score_is_the_CRPS()
    {
        var (members, truth) = Draw(25, 1, 4);
        var scores = EnsembleScores.Of(members, [], truth);
        Assert.Equal(scores.Crps, scores.EnergyScore, 1e-14);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(40)]
    public void Fair_CRPS_does_not_depend_on_the_number_of_members_and_the_other_does(int n)
    {
        const int draws = 40_000;                        // components: independent truths and ensembles, all N(0, 1)
        var (members, truth) = Draw(n, draws, 5 + n);
        var expected = 1 / Math.Sqrt(Math.PI);           // E CRPS of N(0, 1) scored on itself
        Assert.Equal(expected, EnsembleScores.Crps(members, [], truth), 0.012);
        Assert.Equal(expected * (1 + 1.0 / n), EnsembleScores.EnsembleCrps(members, [], truth), 0.012);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(24)]
    public void Fair_energy_score_does_not_depend_on_the_number_of_members(int n)
    {
        var sum = 0.0;
        for (var draw = 0; draw < 3000; draw++)
        {
            var (members, truth) = Draw(n, 4, 100_000L * n + draw);
            sum += EnsembleScores.EnergyScore(members, [], truth);
        }
        // ½ E‖X − X′‖ = E χ(4) / √2 with E χ(4) = √2 Γ(5/2) / Γ(2)
        Assert.Equal(0.75 * Math.Sqrt(Math.PI), sum / 3000, 0.025);
    }

    [Theory]
    [InlineData(3, 0.9)]
    [InlineData(4, 0.2)]
    [InlineData(10, 0.5)]
    [InlineData(20, 0.9)]
    [InlineData(39, 0.95)]
    [InlineData(40, 0.95)]
    [InlineData(100, 0.99)]
    public void Coverage_is_right_on_average_for_any_number_of_members(int n, double level)
    {
        const int draws = 50_000;
        var (members, truth) = Draw(n, draws, n);
        Assert.Equal(level, EnsembleScores.Coverage(members, [], truth, level), 4 * Math.Sqrt(level * (1 - level) / draws));
    }

    [Fact]
    public void Coverage_of_equal_weights_is_that_of_no_weights()
    {
        var (members, truth) = Draw(16, 200, 6);
        var equal = Enumerable.Repeat(1.0 / 16, 16).ToArray();
        Assert.Equal(EnsembleScores.Coverage(members, [], truth, 0.8), EnsembleScores.Coverage(members, equal, truth, 0.8), 1e-12);
    }

    [Fact]
    public void A_tied_truth_counts_by_the_ranks_it_may_have()
    {
        var members = new Matrix<double>(9, 1);             // all equal to the truth: ranks 0 … 9 are equally likely
        Assert.Equal(0.6, EnsembleScores.Coverage(members, [], [0], 0.6), 1e-15);
        Assert.Equal(0.55, EnsembleScores.Coverage(members, [], [0], 0.55), 1e-15);
    }

    [Fact]
    public void Members_that_are_not_finite_make_every_score_NaN()
    {
        foreach (var wrong in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var (members, truth) = Draw(10, 300, 7);
            members[3, 250] = wrong;
            Assert.False(EnsembleScores.Of(members, [], truth).IsFinite);
            Assert.Equal(double.NaN, EnsembleScores.Coverage(members, [], truth, 0.9));
        }
    }

    [Fact]
    public void A_collapsed_ensemble_has_an_infinite_negative_log_likelihood()
    {
        var members = new Matrix<double>(4, 3);
        var scores = EnsembleScores.Of(members, [], [1, 2, 3]);
        Assert.True(scores.IsFinite);
        Assert.Equal(double.PositiveInfinity, scores.NegativeLogLikelihood);
        Assert.Equal(2, scores.Crps, 1e-15);
        Assert.Equal(Math.Sqrt(14), scores.EnergyScore, 1e-14);
    }

    [Fact]
    public void Many_members_are_thinned_evenly_for_the_energy_score()
    {
        var (members, truth) = Draw(2000, 3, 8);
        var exact = Direct(members, Enumerable.Repeat(1.0 / 2000, 2000).ToArray(), truth).EnergyScore;
        Assert.Equal(exact, EnsembleScores.EnergyScore(members, [], truth), 0.03 * exact);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => EnsembleScores.Of(new Matrix<double>(0, 3), [], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => EnsembleScores.Of(new Matrix<double>(2, 3), [], [1, 2]));
        Assert.Throws<ArgumentException>(() => EnsembleScores.Of(new Matrix<double>(2, 3), [1], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => EnsembleScores.Coverage(new Matrix<double>(2, 3), [], [1, 2, 3], 1));
    }

    [Fact]
    public unsafe void Sorting_networks_sort()
    {
        for (var rows = 1; rows <= 70; rows++)
        {
            var values = new double[rows * 8];
            new RandomSource(rows).FillNormal(values);
            var expected = Enumerable.Range(0, 8).Select(j => Enumerable.Range(0, rows).Select(i => values[i * 8 + j]).Order().ToArray()).ToArray();
            fixed (double* x = values)
                SortingNetwork.Sort<Simd256<double>>(x, rows, 8);
            for (var j = 0; j < 8; j++)
                Assert.Equal(expected[j], Enumerable.Range(0, rows).Select(i => values[i * 8 + j]));
        }
    }

    private static (Matrix<double> Members, double[] Truth) Draw(int n, int width, long seed)
    {
        var (members, truth) = (new Matrix<double>(n, width), new double[width]);
        var random = new RandomSource(seed);
        random.FillNormal(members.Values);
        random.FillNormal(truth);
        return (members, truth);
    }

    private static void AssertScores(Matrix<double> members, double[] weights, double[] truth)
    {
        var n = members.Rows;
        var expected = Direct(members, weights.Length > 0 ? weights : Enumerable.Repeat(1.0 / n, n).ToArray(), truth);
        var actual = EnsembleScores.Of(members, weights, truth);
        Assert.Equal(expected.Rmse, actual.Rmse, 1e-13);
        Assert.Equal(expected.RelativeRmse, actual.RelativeRmse, 1e-12);
        Assert.Equal(expected.Spread, actual.Spread, 1e-13);
        Assert.Equal(expected.EnsembleCrps, actual.EnsembleCrps, 1e-13);
        if (n == 1)
        {
            Assert.Equal(double.NaN, actual.Crps);
            Assert.Equal(double.NaN, actual.EnergyScore);
            return;
        }
        Assert.Equal(expected.Crps, actual.Crps, 1e-13);
        Assert.Equal(expected.EnergyScore, actual.EnergyScore, 1e-12 * Math.Sqrt(truth.Length));
        Assert.Equal(expected.NegativeLogLikelihood, actual.NegativeLogLikelihood, 1e-9 * Math.Abs(expected.NegativeLogLikelihood));
    }

    private static Scores Direct(Matrix<double> x, double[] w, double[] truth)
    {
        var (n, width) = (x.Rows, truth.Length);
        var distinct = 1 - w.Sum(v => v * v);
        double squares = 0, variances = 0, distances = 0, pairs = 0, logs = 0, energy = 0, energyPairs = 0;
        for (var j = 0; j < width; j++)
        {
            double mean = 0, variance = 0;
            for (var i = 0; i < n; i++)
                mean += w[i] * x[i, j];
            for (var i = 0; i < n; i++)
            {
                variance += w[i] * Math.Pow(x[i, j] - mean, 2) / distinct;
                distances += w[i] * Math.Abs(x[i, j] - truth[j]);
                for (var k = 0; k < n; k++)
                    pairs += 0.5 * w[i] * w[k] * Math.Abs(x[i, j] - x[k, j]);
            }
            if (n == 1)
                variance = 0;
            var square = Math.Pow(mean - truth[j], 2);
            (squares, variances) = (squares + square, variances + variance);
            logs += 0.5 * (Math.Log(2 * Math.PI * variance) + square / variance);
        }
        for (var i = 0; i < n; i++)
        {
            energy += w[i] * Distance(x[i], truth);
            for (var k = 0; k < n; k++)
                energyPairs += 0.5 * w[i] * w[k] * Distance(x[i], x[k]);
        }
        return new Scores(
            Math.Sqrt(squares / width), Math.Sqrt(squares / truth.Sum(t => t * t)), Math.Sqrt(variances / width),
            (distances - pairs / distinct) / width, (distances - pairs) / width, energy - energyPairs / distinct, logs / width);
    }

    private static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
