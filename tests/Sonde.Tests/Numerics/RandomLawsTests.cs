using Sonde.Numerics;

namespace Sonde.Tests.Numerics;

/// <summary>Random numbers follow their laws, and streams know nothing of each other.</summary>
public sealed class RandomLawsTests
{
    private const int Many = 200_000;

    [Fact]
    public void Uniform_numbers_are_uniform()
    {
        var values = new double[Many];
        new RandomSource(1).FillUniform(values);
        Assert.All(values, value => Assert.InRange(value, 0, Math.BitDecrement(1.0)));
        AssertDistributed(values, x => x);
        var singles = new float[Many];
        new RandomSource(2).FillUniform<float>(singles);
        AssertDistributed(Array.ConvertAll(singles, value => (double)value), x => x);
        Assert.True(singles.Max() < 1);
    }

    [Fact]
    public void Normal_numbers_are_normal()
    {
        var values = new double[Many];
        new RandomSource(3).FillNormal(values);
        AssertDistributed(values, Normal);
        AssertMoments(values, 0, 1, 0, 3);
        var singles = new float[Many];
        new RandomSource(4).FillNormal<float>(singles);
        var widened = Array.ConvertAll(singles, value => (double)value);
        AssertDistributed(widened, Normal);
        AssertMoments(widened, 0, 1, 0, 3);
    }

    [Fact]
    public void Tails_of_normal_numbers_are_as_heavy_as_they_should_be()
    {
        var values = new double[2_000_000];
        new RandomSource(9).FillNormal(values);
        foreach (var (bound, probability) in new[] { (3.0, 2.699796e-3), (4.0, 6.334248e-5), (4.5, 6.795346e-6) })
        {
            var (expected, found) = (probability * values.Length, values.Count(value => Math.Abs(value) > bound));
            Assert.InRange(found, expected - 4 * Math.Sqrt(expected), expected + 4 * Math.Sqrt(expected));
        }
    }

    [Fact]
    public void Neighbors_and_halves_of_a_block_are_uncorrelated()
    {
        var values = new double[Many];
        new RandomSource(10).FillNormal(values);
        foreach (var lag in new[] { 1, 2, 7, 8, 9, 16 })
        {
            var (sum, squares) = (0.0, 0.0);
            for (var i = 0; i + lag < Many; i++)
            {
                sum += values[i] * values[i + lag];
                squares += (values[i] * values[i] - 1) * (values[i + lag] * values[i + lag] - 1) / 2;
            }
            Assert.InRange(sum / Math.Sqrt(Many), -3.5, 3.5);
            Assert.InRange(squares / Math.Sqrt(Many), -3.5, 3.5);
        }
    }

    [Fact]
    public void Forks_are_uncorrelated_with_each_other_and_with_their_source()
    {
        var root = new RandomSource(11);
        RandomSource[] sources = [new(11), root.Fork(0), root.Fork(1), root.Fork("a"), root.Fork("b"), root.Fork(0).Fork(1), root.Fork(1).Fork(0)];
        var draws = sources.Select(source =>
        {
            var values = new double[20_000];
            source.FillNormal(values);
            return values;
        }).ToArray();
        for (var i = 0; i < draws.Length; i++)
            for (var j = 0; j < i; j++)
                Assert.InRange(draws[i].Zip(draws[j], (a, b) => a * b).Sum() / Math.Sqrt(20_000), -3.5, 3.5);
    }

    [Fact]
    public void Exponential_and_Laplace_numbers_follow_their_laws()
    {
        var values = new double[Many];
        new RandomSource(13).FillExponential(values);
        AssertDistributed(values, x => 1 - Math.Exp(-x));
        AssertMoments(values, 1, 1, 2, 9);
        new RandomSource(14).FillLaplace(values);
        AssertDistributed(values, x => x < 0 ? 0.5 * Math.Exp(x) : 1 - 0.5 * Math.Exp(-x));
        AssertMoments(values, 0, 2, 0, 6);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(4.5)]
    [InlineData(80)]
    public void Gamma_numbers_follow_their_law(double shape)
    {
        var values = new double[50_000];
        new RandomSource(15).FillGamma(shape, values);
        AssertDistributed(values, x => MathNet.Numerics.SpecialFunctions.GammaLowerRegularized(shape, x));
    }

    [Fact]
    public void Indices_are_chosen_in_proportion_to_their_weights()
    {
        double[] weights = [0, 1, 3, 0, 2, 0.5, 0];
        var indices = new int[65_000];
        new RandomSource(16).Choose(weights, indices);
        for (var i = 0; i < weights.Length; i++)
        {
            var (expected, found) = (weights[i] * 10_000, indices.Count(index => index == i));
            Assert.InRange(found, expected - 4 * Math.Sqrt(expected), expected + 4 * Math.Sqrt(expected));
        }
        Assert.Throws<ArgumentException>(() => new RandomSource(1).Choose([0, 0]));
        Assert.Throws<ArgumentException>(() => new RandomSource(1).Choose([1, -1]));
        Assert.Throws<ArgumentException>(() => new RandomSource(1).Choose([1, double.NaN]));
        Assert.Throws<ArgumentException>(() => new RandomSource(1).Choose([]));
    }

    [Fact]
    public void Bounded_integers_are_equally_likely_and_shuffles_permute()
    {
        var random = new RandomSource(18);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
            counts[random.NextInt(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Equal(0, random.NextInt(1));
        var items = Enumerable.Range(0, 100).ToArray();
        random.Shuffle(items);
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }

    /// <summary>Kolmogorov and Smirnov's test at the level 0.001.</summary>
    private static void AssertDistributed(double[] values, Func<double, double> distribution)
    {
        var sorted = values.Order().ToArray();
        var largest = 0.0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var p = distribution(sorted[i]);
            largest = Math.Max(largest, Math.Max(p - (double)i / sorted.Length, (i + 1.0) / sorted.Length - p));
        }
        Assert.InRange(largest * Math.Sqrt(sorted.Length), 0, 1.95);
    }

    private static void AssertMoments(double[] values, double mean, double variance, double skewness, double kurtosis)
    {
        var average = values.Average();
        double Central(int power) => values.Average(value => Math.Pow(value - average, power));
        var m2 = Central(2);
        Assert.Equal(mean, average, 4 * Math.Sqrt(variance / values.Length));
        Assert.Equal(variance, m2, 4 * variance * Math.Sqrt((kurtosis - 1) / values.Length));
        Assert.Equal(skewness, Central(3) / Math.Pow(m2, 1.5), 0.015 * kurtosis);
        Assert.Equal(kurtosis, Central(4) / (m2 * m2), 0.02 * kurtosis * kurtosis);
    }

    private static double Normal(double x) => MathNet.Numerics.Distributions.Normal.CDF(0, 1, x);
}
