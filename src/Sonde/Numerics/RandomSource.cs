using System.Runtime.CompilerServices;

namespace Sonde.Numerics;

/// <summary>
/// Counter-based random numbers: Philox 4×32 with 10 rounds. A fork depends on this source's key and on the label alone,
/// never on what was drawn before, so results depend on no thread and no order. Not thread-safe: give each worker a fork.
/// Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// </summary>
public sealed class RandomSource
{
    private readonly ulong key;
    private readonly ulong stream;
    private ulong counter;

    /// <summary>The root of an experiment's randomness.</summary>
    public RandomSource(long seed) : this((ulong)seed, 0)
    {
    }

    private RandomSource(ulong key, ulong stream) => (this.key, this.stream) = (key, stream);

    /// <summary>The source of everything that is drawn for <paramref name="purpose"/>.</summary>
    public RandomSource Fork(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        var hash = 14695981039346656037UL;                              // FNV-1a over the characters
        foreach (var c in purpose)
            hash = (hash ^ c) * 1099511628211UL;
        return Fork(hash, 0x9E3779B97F4A7C15UL);
    }

    /// <summary>The source of everything that is drawn for item <paramref name="index"/> (a member, a cycle).</summary>
    public RandomSource Fork(long index) => Fork((ulong)index, 0xD1B54A32D192ED03UL);

    /// <summary>64 uniform random bits.</summary>
    public ulong NextUInt64()
    {
        var (a, b, _, _) = Philox(counter++, stream, key);
        return (ulong)a << 32 | b;
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform integer in [0, bound), without bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is below 1.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        while (true)
        {
            var high = Math.BigMul(NextUInt64(), (ulong)bound, out var low);
            if (low >= (ulong)-(long)bound % (ulong)bound || low >= (ulong)bound)
                return (int)high;
        }
    }

    /// <summary>Fills with independent uniform numbers in [0, 1).</summary>
    public void FillUniform(Span<double> values)
    {
        foreach (ref var value in values)
            value = NextDouble();
    }

    /// <summary>Fills with independent standard normal numbers (Box-Muller).</summary>
    public void FillNormal(Span<double> values)
    {
        for (var i = 0; i < values.Length; i += 2)
        {
            var radius = Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble()));
            var (sin, cos) = Math.SinCos(2.0 * Math.PI * NextDouble());
            values[i] = radius * cos;
            if (i + 1 < values.Length)
                values[i + 1] = radius * sin;
        }
    }

    /// <summary>One standard normal number.</summary>
    public double NextNormal()
    {
        Span<double> one = stackalloc double[1];
        FillNormal(one);
        return one[0];
    }

    /// <summary>Puts 0 … n − 1 in random order (Fisher-Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private RandomSource Fork(ulong label, ulong kind)
    {
        var (a, b, c, d) = Philox(label, stream ^ kind, key ^ 0xA5A5A5A5C3C3C3C3UL);
        return new RandomSource((ulong)a << 32 | b, (ulong)c << 32 | d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (uint, uint, uint, uint) Philox(ulong low, ulong high, ulong key)
    {
        var (x0, x1, x2, x3) = ((uint)low, (uint)(low >> 32), (uint)high, (uint)(high >> 32));
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < 10; round++)
        {
            var p0 = 0xD2511F53UL * x0;
            var p1 = 0xCD9E8D57UL * x2;
            (x0, x1, x2, x3) = ((uint)(p1 >> 32) ^ x1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ x3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return (x0, x1, x2, x3);
    }
}
