using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Numerics;

public sealed class RandomSourceTests
{
    private const int Many = 200_000;
    private const ulong PinnedBits = 3201826193641263263;
    private const double PinnedGamma = 0.9160714532881497;
    private static readonly double[] PinnedNormals = [0.15130504241526987, -0.14265373988903307, 0.21320507220232096];
    private static readonly float[] PinnedSingles = [-0.05940197f, 0.73440003f];
    private static readonly double[] PinnedExponentials = [0.19064168819764693, 0.01478951037552186, 0.887651039504648];

    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x85a308d3_243f6a88UL, 0x03707344_13198a2eUL, 0x299f31d0_a4093822UL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_known_answers_of_Random123(ulong low, ulong high, ulong key, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), RandomSourceKernel.Philox(low, high, key));

    [Fact]
    public unsafe void Vectors_hold_the_blocks_one_by_one()
    {
        const ulong key = 0x299f31d0_a4093822, stream = 0x03707344_13198a2e, group = (ulong.MaxValue >> 3) - 2;
        var words = new ulong[5 * 16];
        fixed (ulong* target = words)
            RandomSourceKernel.Fill(RandomKind.Bits, key, stream, group, 5, target);
        for (var block = 0; block < 40; block++)
        {
            var (a, b, c, d) = RandomSourceKernel.Philox(group * 8 + (ulong)block, stream, key);
            Assert.Equal((ulong)a << 32 | b, words[block / 8 * 16 + block % 8]);
            Assert.Equal((ulong)c << 32 | d, words[block / 8 * 16 + 8 + block % 8]);
        }
    }

    [Fact]
    public unsafe void Every_width_gives_the_same_bits()
    {
        foreach (var kind in Enum.GetValues<RandomKind>())
        {
            var results = new ulong[4][];
            for (var width = 0; width < 4; width++)
            {
                results[width] = new ulong[37 * 16];
                fixed (ulong* words = results[width])
                    switch (width)
                    {
                        case 0:
                            RandomSourceKernel.Fill<SimdScalar<double>, SimdScalar<float>>(kind, 1, 2, 3, 37, words);
                            break;
                        case 1:
                            RandomSourceKernel.Fill<Simd128<double>, Simd128<float>>(kind, 1, 2, 3, 37, words);
                            break;
                        case 2:
                            RandomSourceKernel.Fill<Simd256<double>, Simd256<float>>(kind, 1, 2, 3, 37, words);
                            break;
                        default:
                            RandomSourceKernel.Fill<Simd512<double>, Simd512<float>>(kind, 1, 2, 3, 37, words);
                            break;
                    }
                Assert.Equal(results[0], results[width]);
            }
        }
    }

    [Fact]
    public void Numbers_do_not_depend_on_how_calls_are_cut()
    {
        foreach (var lengths in new int[][] { [1000], [1, 999], [15, 1, 16, 17, 300, 651], [7, 7, 7, 500, 479] })
        {
            Same<double>(lengths, (random, part) => random.FillUniform(part));
            Same<double>(lengths, (random, part) => random.FillNormal(part));
            Same<double>(lengths, (random, part) => random.FillExponential(part));
            Same<double>(lengths, (random, part) => random.FillLaplace(part));
            Same<float>(lengths, (random, part) => random.FillUniform<float>(part));
            Same<float>(lengths, (random, part) => random.FillNormal<float>(part));
        }
    }

    [Fact]
    public void Single_draws_are_the_filled_ones()
    {
        var (one, filled) = (new RandomSource(8), new RandomSource(8));
        var (uniform, normal, next) = (new double[50], new double[21], new double[3]);
        filled.FillUniform(uniform);
        filled.FillNormal(normal);
        filled.FillUniform(next);
        foreach (var value in uniform)
            Assert.Equal(value, one.NextDouble());
        foreach (var value in normal)
            Assert.Equal(value, one.NextNormal());
        foreach (var value in next)
            Assert.Equal(value, one.NextDouble());
    }

    [Fact]
    public void First_draws_are_pinned()
    {
        var random = new RandomSource(3000);
        Assert.Equal(PinnedBits, random.NextUInt64());
        var values = new double[3];
        new RandomSource(3000).Fork("truth").Fork(5).FillNormal(values);
        Assert.Equal(PinnedNormals, values);
        var singles = new float[2];
        new RandomSource(3000).FillNormal<float>(singles);
        Assert.Equal(PinnedSingles, singles);
        new RandomSource(3000).FillExponential(values);
        Assert.Equal(PinnedExponentials, values);
        Assert.Equal(PinnedGamma, new RandomSource(3000).NextGamma(0.7));
    }

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
    public void A_fork_ignores_what_was_drawn_before()
    {
        var (fresh, used) = (new RandomSource(6), new RandomSource(6));
        used.FillNormal(new double[77]);
        Assert.Equal(fresh.Fork("x").Fork(2).NextUInt64(), used.Fork("x").Fork(2).NextUInt64());
    }

    [Fact]
    public void Rows_are_what_their_forks_draw()
    {
        var rows = new Matrix<double>(5, 40);
        var random = new RandomSource(12);
        random.FillNormalRows<double>(rows, 7);
        for (var row = 0; row < 5; row++)
        {
            var expected = new double[40];
            random.Fork(7 + row).FillNormal(expected);
            Assert.Equal(expected, rows[row].ToArray());
        }
        Assert.Equal(new RandomSource(12).NextUInt64(), random.NextUInt64());
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

    [Fact]
    public void Filling_allocates_nothing_once_warm()
    {
        var random = new RandomSource(19);
        var (values, rows) = (new double[333], new Matrix<double>(4, 40));
        Assert.Equal(0, Allocated.Bytes(() =>
        {
            random.FillNormal(values);
            random.FillNormalRows<double>(rows);
            random.NextDouble();
        }));
    }

    private delegate void Filling<T>(RandomSource random, Span<T> part);

    private static void Same<T>(int[] lengths, Filling<T> fill)
    {
        var (whole, parts) = (new T[1000], new T[1000]);
        fill(new RandomSource(7), whole);
        var random = new RandomSource(7);
        var at = 0;
        foreach (var length in lengths)
        {
            fill(random, parts.AsSpan(at, length));
            at += length;
        }
        Assert.Equal(whole, parts);
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
