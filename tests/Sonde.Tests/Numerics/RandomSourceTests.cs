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
}
