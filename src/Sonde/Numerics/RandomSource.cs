using System.Numerics;

namespace Sonde.Numerics;

/// <summary>
/// Counter-based random numbers: Philox 4×32 with 10 rounds. A fork depends on this source's key and on the label alone,
/// never on what was drawn before, so results depend on no thread and no order. The same numbers, bit for bit, on every machine;
/// and however draws of one kind are cut into calls. (Kinds are bits and what is made of them one by one; normal numbers; and
/// each of the two in single precision. A change of kind begins a new block of bits.) Two sources with one seed make their numbers
/// from the same bits, whatever the kind, so fork for each purpose. Not thread-safe: give each worker a fork.
/// Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// </summary>
public sealed partial class RandomSource
{
    private readonly ulong key;
    private readonly ulong stream;
    private Cursor cursor;
    private ulong[]? buffer;                            // the group that single draws read from
    private ulong bufferGroup;
    private RandomKind bufferKind;

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
        var (forkKey, forkStream) = ForkKey(hash, 0x9E3779B97F4A7C15UL);
        return new RandomSource(forkKey, forkStream);
    }

    /// <summary>The source of everything that is drawn for item <paramref name="index"/> (a member, a cycle).</summary>
    public RandomSource Fork(long index)
    {
        var (forkKey, forkStream) = ForkKey(index);
        return new RandomSource(forkKey, forkStream);
    }

    /// <summary>64 uniform random bits.</summary>
    public ulong NextUInt64() => Next(RandomKind.Bits);

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform integer in [0, bound), without bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is below 1.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        while (true)                                                    // Lemire, ACM TOMACS 29, 2019
        {
            var high = Math.BigMul(NextUInt64(), (ulong)bound, out var low);
            if (low >= (ulong)bound || low >= (0 - (ulong)bound) % (ulong)bound)
                return (int)high;
        }
    }

    /// <summary>One standard normal number.</summary>
    public double NextNormal() => BitConverter.UInt64BitsToDouble(Next(RandomKind.Normal));

    /// <summary>Fills with independent uniform numbers in [0, 1): the same as <see cref="NextDouble"/> called for each.</summary>
    public void FillUniform(Span<double> values) => Fill(RandomKind.Uniform, values);

    /// <summary>Fills with independent uniform numbers in [0, 1), of 53 random bits in double and 24 in single precision.</summary>
    /// <exception cref="ArgumentException">T is neither float nor double.</exception>
    public void FillUniform<T>(Span<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Fill(Precision<T>(RandomKind.Uniform, RandomKind.SingleUniform), values);

    /// <summary>
    /// Fills with independent standard normal numbers: the same as <see cref="NextNormal"/> called for each. Box and Muller's
    /// method on 53-bit uniform numbers, so that the largest magnitude is 8.6; errors of a few units in the last place.
    /// </summary>
    public void FillNormal(Span<double> values) => Fill(RandomKind.Normal, values);

    /// <summary>Fills with independent standard normal numbers; in single precision from 32-bit uniform numbers, at most 6.8.</summary>
    /// <exception cref="ArgumentException">T is neither float nor double.</exception>
    public void FillNormal<T>(Span<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Fill(Precision<T>(RandomKind.Normal, RandomKind.SingleNormal), values);

    /// <summary>
    /// Fills row i with what <c>Fork(firstIndex + i).FillNormal</c> would, and allocates nothing: rows keep their numbers however
    /// they are cut into blocks. Draws nothing from this source itself.
    /// </summary>
    /// <exception cref="ArgumentException">T is neither float nor double.</exception>
    public void FillNormalRows<T>(Batch<T> rows, long firstIndex = 0) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var kind = Precision<T>(RandomKind.Normal, RandomKind.SingleNormal);
        for (var row = 0; row < rows.Rows; row++)
        {
            var (forkKey, forkStream) = ForkKey(firstIndex + row);
            Fill(kind, forkKey, forkStream, 0, rows[row]);
        }
    }

    /// <summary>Fills with independent numbers of density e⁻ˣ, x ≥ 0: −ln(1 − u).</summary>
    public void FillExponential(Span<double> values) => Fill(RandomKind.Exponential, values);

    /// <summary>Fills with independent numbers of density e^(−|x|)/2, of variance 2.</summary>
    public void FillLaplace(Span<double> values) => Fill(RandomKind.Laplace, values);

    /// <summary>Puts 0 … n − 1, or whatever the items are, in random order (Fisher-Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static RandomKind Precision<T>(RandomKind whenDouble, RandomKind whenSingle) =>
        typeof(T) == typeof(double) ? whenDouble
        : typeof(T) == typeof(float) ? whenSingle
        : throw new ArgumentException($"Random numbers are drawn as float or double, not as {typeof(T).Name}.");

    private (ulong Key, ulong Stream) ForkKey(long index) => ForkKey((ulong)index, 0xD1B54A32D192ED03UL);

    private (ulong Key, ulong Stream) ForkKey(ulong label, ulong kind)
    {
        var (a, b, c, d) = RandomSourceKernel.Philox(label, stream ^ kind, key ^ 0xA5A5A5A5C3C3C3C3UL);
        return ((ulong)a << 32 | b, (ulong)c << 32 | d);
    }

    /// <summary>The next word of a kind that has 16 to the group.</summary>
    private unsafe ulong Next(RandomKind kind)
    {
        var position = cursor.Take(kind, 1);
        var group = position / RandomSourceKernel.WordsPerGroup;
        if (buffer is null || bufferGroup != group || bufferKind != kind)
        {
            buffer ??= new ulong[RandomSourceKernel.WordsPerGroup];
            fixed (ulong* words = buffer)
                RandomSourceKernel.Fill(kind, key, stream, group, 1, words);
            (bufferGroup, bufferKind) = (group, kind);
        }
        return buffer[position % RandomSourceKernel.WordsPerGroup];
    }

    private void Fill<T>(RandomKind kind, Span<T> values) where T : unmanaged => Fill(kind, key, stream, cursor.Take(kind, values.Length), values);

    private static unsafe void Fill<T>(RandomKind kind, ulong key, ulong stream, ulong position, Span<T> values) where T : unmanaged
    {
        var perGroup = RandomSourceKernel.WordsPerGroup * sizeof(ulong) / sizeof(T);
        var (group, skip) = (position / (ulong)perGroup, (int)(position % (ulong)perGroup));
        if ((long)skip + values.Length > RandomSourceKernel.GroupsAtOnce * perGroup)
        {
            var head = (perGroup - skip) % perGroup;                // up to where a group begins, whole groups, and the rest
            var whole = (values.Length - head) / perGroup;
            Fill(kind, key, stream, position, values[..head]);
            fixed (T* target = values[head..])
                RandomSourceKernel.Fill(kind, key, stream, (position + (ulong)head) / (ulong)perGroup, whole, (ulong*)target);
            head += whole * perGroup;
            position += (ulong)head;
            values = values[head..];
            (group, skip) = (position / (ulong)perGroup, 0);
        }
        if (values.IsEmpty)
            return;
        using var frame = Scratch.Enter();
        var groups = (skip + values.Length + perGroup - 1) / perGroup;
        var numbers = frame.RentSpan<T>(groups * perGroup);
        fixed (T* target = numbers)
            RandomSourceKernel.Fill(kind, key, stream, group, groups, (ulong*)target);
        numbers.Slice(skip, values.Length).CopyTo(values);
    }

    /// <summary>How far a source has been read: numbers of one kind, in groups of 128 bytes that no other kind shares.</summary>
    private struct Cursor
    {
        private ulong position;
        private int perGroup;
        private bool isNormal;

        /// <summary>Where the next numbers begin.</summary>
        public ulong Take(RandomKind kind, int count)
        {
            var size = kind is RandomKind.SingleUniform or RandomKind.SingleNormal ? 32 : 16;
            var normal = kind is RandomKind.Normal or RandomKind.SingleNormal;
            if (perGroup != size || isNormal != normal)
            {
                if (perGroup > 0)
                    position = (position + (ulong)perGroup - 1) / (ulong)perGroup * (ulong)size;
                (perGroup, isNormal) = (size, normal);
            }
            var first = position;
            position += (ulong)count;
            return first;
        }
    }
}
