using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics;

/// <summary>What random bits become. A group is 8 Philox blocks, 128 bytes: 16 numbers of double or 32 of single precision.</summary>
internal enum RandomKind
{
    Bits,
    Uniform,
    Normal,
    Exponential,
    Laplace,
    SingleUniform,
    SingleNormal,
}

/// <summary>
/// The bulk of <see cref="RandomSource"/>: Philox blocks 8g … 8g + 7 give group g, words x₀x₁ of the eight blocks first, then
/// words x₂x₃, and these are turned in place into numbers, with the same bits at any vector width. Normal numbers by Box and
/// Muller, Ann. Math. Statist. 29, 1958: √(−2 ln u) cos 2πv in the first half of the group, √(−2 ln u) sin 2πv in the second,
/// u from the first half's bits and v from the second's.
/// </summary>
internal static unsafe class RandomSourceKernel
{
    public const int WordsPerGroup = 16;
    private const int Half = WordsPerGroup / 2;
    public const int GroupsAtOnce = 16;                         // 2 KB, which stay in the first-level cache between the passes

    private static ReadOnlySpan<long> Ramp => [0, 1, 2, 3, 4, 5, 6, 7];

    /// <summary>Fills whole groups.</summary>
    public static void Fill(RandomKind kind, ulong key, ulong stream, ulong group, long groups, ulong* words)
    {
        if (Vector512.IsHardwareAccelerated)
            Fill<Simd512<double>, Simd512<float>>(kind, key, stream, group, groups, words);
        else if (Vector256.IsHardwareAccelerated)
            Fill<Simd256<double>, Simd256<float>>(kind, key, stream, group, groups, words);
        else
            Fill<Simd128<double>, Simd128<float>>(kind, key, stream, group, groups, words);
    }

    /// <summary>The same with vectors of a given width.</summary>
    public static void Fill<V, W>(RandomKind kind, ulong key, ulong stream, ulong group, long groups, ulong* words)
        where V : unmanaged, ISimd<V, double>
        where W : unmanaged, ISimd<W, float>
    {
        for (long first = 0; first < groups; first += GroupsAtOnce)
        {
            var count = (int)Math.Min(GroupsAtOnce, groups - first);
            var target = words + first * WordsPerGroup;
            Philox<V>(key, stream, group + (ulong)first, count, target);
            switch (kind)
            {
                case RandomKind.Bits:
                    break;
                case RandomKind.Uniform:
                    Uniforms<V>((double*)target, count);
                    break;
                case RandomKind.Normal:
                    Normals<V>((double*)target, count);
                    break;
                case RandomKind.Exponential:
                    Exponentials<V>((double*)target, count);
                    break;
                case RandomKind.Laplace:
                    Laplaces<V>((double*)target, count);
                    break;
                case RandomKind.SingleUniform:
                    UniformsSingle<W>((float*)target, count);
                    break;
                case RandomKind.SingleNormal:
                    NormalsSingle<W>((float*)target, count);
                    break;
                default:
                    throw new InvalidOperationException($"No kind {kind}.");
            }
        }
    }

    /// <summary>The normal numbers that two words make.</summary>
    public static (double, double) NormalPair(ulong first, ulong second)
    {
        Normal<SimdScalar<double>>((double*)&first, (double*)&second);
        return (BitConverter.UInt64BitsToDouble(first), BitConverter.UInt64BitsToDouble(second));
    }

    /// <summary>ln x of one positive number, with the same bits on every machine.</summary>
    public static double Log(double x) => LogKernel.Double(SimdScalar<double>.Of(x)).Value.ToScalar();

    /// <summary>eˣ of one number, with the same bits on every machine.</summary>
    public static double Exp(double x) => ExpKernel.Double(SimdScalar<double>.Of(x)).Value.ToScalar();

    /// <summary>One block: Philox 4×32 with 10 rounds of a 128-bit counter.</summary>
    public static (uint, uint, uint, uint) Philox(ulong low, ulong high, ulong key)
    {
        var (x0, x1, x2, x3) = ((uint)low, (uint)(low >> 32), (uint)high, (uint)(high >> 32));
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < 10; round++)
        {
            var (p0, p1) = (0xD2511F53UL * x0, 0xCD9E8D57UL * x2);
            (x0, x1, x2, x3) = ((uint)(p1 >> 32) ^ x1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ x3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return (x0, x1, x2, x3);
    }

    /// <summary>
    /// The eight blocks of each group, 32 bits to a lane of 64 (what overflows into the upper halves is never read), two vectors
    /// at once because each waits for its own products.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Philox<V>(ulong key, ulong stream, ulong group, int groups, ulong* words) where V : unmanaged, ISimd<V, double>
    {
        var ramp = V.Load((double*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Ramp)));     // constant data does not move
        var (m0, m1) = (V.OfBits(0xD2511F53), V.OfBits(0xCD9E8D57));
        var blocks = groups * Half;
        for (var i = 0; i < blocks; i += 2 * V.Count)
        {
            var j = Math.Min(i + V.Count, blocks - V.Count);
            var x0 = V.AddBits(V.OfBits((long)(group * Half) + i), ramp);
            var y0 = V.AddBits(V.OfBits((long)(group * Half) + j), ramp);
            var (x1, y1) = (V.ShiftRightBits(x0, 32), V.ShiftRightBits(y0, 32));
            var (x2, x3) = (V.OfBits((long)stream), V.OfBits((long)(stream >> 32)));
            var (y2, y3) = (x2, x3);
            var (k0, k1) = ((uint)key, (uint)(key >> 32));
            for (var round = 0; round < 10; round++)
            {
                var (p0, p1) = (V.MultiplyHalvesBits(m0, x0), V.MultiplyHalvesBits(m1, x2));
                var (q0, q1) = (V.MultiplyHalvesBits(m0, y0), V.MultiplyHalvesBits(m1, y2));
                var (l0, l1) = (V.OfBits(k0), V.OfBits(k1));
                (x0, x2) = (x1 ^ l0 ^ V.ShiftRightBits(p1, 32), x3 ^ l1 ^ V.ShiftRightBits(p0, 32));
                (y0, y2) = (y1 ^ l0 ^ V.ShiftRightBits(q1, 32), y3 ^ l1 ^ V.ShiftRightBits(q0, 32));
                (x1, x3, y1, y3) = (p1, p0, q1, q0);
                k0 += 0x9E3779B9;
                k1 += 0xBB67AE85;
            }
            Store(x0, x1, x2, x3, words, i);
            Store(y0, y1, y2, y3, words, j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<V>(V x0, V x1, V x2, V x3, ulong* words, int block) where V : unmanaged, ISimd<V, double>
    {
        var low = V.OfBits(0xFFFFFFFF);
        var target = (double*)words + block / Half * WordsPerGroup + block % Half;
        (V.ShiftLeftBits(x0, 32) | x1 & low).Store(target);
        (V.ShiftLeftBits(x2, 32) | x3 & low).Store(target + Half);
    }

    /// <summary>The first 53 bits as a fraction in [0, 1), exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Uniform<V>(V bits) where V : unmanaged, ISimd<V, double>
    {
        var (two52, magic) = (V.Of(4503599627370496), V.OfBits(0x4330000000000000));
        var high = (V.ShiftRightBits(bits, 32) | magic) - two52;
        var low = (V.ShiftRightBits(bits, 11) & V.OfBits(0x1FFFFF) | magic) - two52;
        return V.MultiplyAdd(high, V.Of(1.0 / 4294967296), low * V.Of(1.0 / 9007199254740992));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Exponential<V>(V bits) where V : unmanaged, ISimd<V, double> =>
        V.Of(0) - LogKernel.Positive(V.Of(1) - Uniform(bits), V.Of(0));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Uniforms<V>(double* words, int groups) where V : unmanaged, ISimd<V, double>
    {
        for (var i = 0; i < groups * WordsPerGroup; i += V.Count)
            Uniform(V.Load(words + i)).Store(words + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Exponentials<V>(double* words, int groups) where V : unmanaged, ISimd<V, double>
    {
        for (var i = 0; i < groups * WordsPerGroup; i += V.Count)
            Exponential(V.Load(words + i)).Store(words + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Laplaces<V>(double* words, int groups) where V : unmanaged, ISimd<V, double>
    {
        for (var i = 0; i < groups * WordsPerGroup; i += V.Count)
            (Exponential(V.Load(words + i)) ^ V.ShiftLeftBits(V.Load(words + i), 63)).Store(words + i);   // the sign is the last bit
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normals<V>(double* words, int groups) where V : unmanaged, ISimd<V, double>
    {
        for (var g = 0; g < groups; g++, words += WordsPerGroup)
            for (var i = 0; i < Half; i += V.Count)
                Normal<V>(words + i, words + Half + i);
    }

    /// <summary>Turns the bits at first and second into two normal numbers a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Normal<V>(double* first, double* second) where V : unmanaged, ISimd<V, double>
    {
        var radius = V.Sqrt(V.Of(-2) * LogKernel.Positive(V.Of(1) - Uniform(V.Load(first)), V.Of(0)));
        var turn = Uniform(V.Load(second));
        var quadrant = V.MultiplyAdd(turn, V.Of(4), V.Of(6755399441055744));                // rounds to an integer in the last bits
        var r = V.MultiplyAdd(quadrant - V.Of(6755399441055744), V.Of(-0.25), turn) * V.Of(6.283185307179586);
        var (s, c) = (VectorMathSinCos.Sine(r), VectorMathSinCos.Cosine(r));
        (radius * VectorMathSinCos.Choose<V, double>(V.AddBits(quadrant, V.OfBits(1)), s, c, 63)).Store(first);
        (radius * VectorMathSinCos.Choose<V, double>(quadrant, s, c, 63)).Store(second);
    }

    /// <summary>The first 24 bits as a fraction in [0, 1), exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W UniformSingle<W>(W bits) where W : unmanaged, ISimd<W, float>
    {
        var (two23, magic) = (W.Of(8388608), W.OfBits(0x4B000000));
        var high = (W.ShiftRightBits(bits, 16) | magic) - two23;
        var low = (W.ShiftRightBits(bits, 8) & W.OfBits(0xFF) | magic) - two23;
        return W.MultiplyAdd(high, W.Of(1f / 65536), low * W.Of(1f / 16777216));
    }

    /// <summary>(bits + ½) / 2³², rounded: in (0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Fraction<W>(W bits) where W : unmanaged, ISimd<W, float>
    {
        var (two23, magic) = (W.Of(8388608), W.OfBits(0x4B000000));
        var high = (W.ShiftRightBits(bits, 16) | magic) - two23;
        var low = (bits & W.OfBits(0xFFFF) | magic) - W.Of(8388607.5f);
        return W.MultiplyAdd(high, W.Of(1f / 65536), low * W.Of(1f / 4294967296));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UniformsSingle<W>(float* numbers, int groups) where W : unmanaged, ISimd<W, float>
    {
        for (var i = 0; i < 2 * groups * WordsPerGroup; i += W.Count)
            UniformSingle(W.Load(numbers + i)).Store(numbers + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NormalsSingle<W>(float* numbers, int groups) where W : unmanaged, ISimd<W, float>
    {
        for (var g = 0; g < groups; g++, numbers += 4 * Half)
            for (var i = 0; i < 2 * Half; i += W.Count)
                NormalSingle<W>(numbers + i, numbers + 2 * Half + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void NormalSingle<W>(float* first, float* second) where W : unmanaged, ISimd<W, float>
    {
        var radius = W.Sqrt(W.Of(-2) * LogKernel.PositiveSingle(Fraction(W.Load(first)), W.Of(0)));
        var turn = Fraction(W.Load(second));
        var quadrant = W.MultiplyAdd(turn, W.Of(4), W.Of(12582912));
        var r = W.MultiplyAdd(quadrant - W.Of(12582912), W.Of(-0.25f), turn) * W.Of(6.28318531f);
        var (s, c) = (VectorMathSinCos.SineSingle(r), VectorMathSinCos.CosineSingle(r));
        (radius * VectorMathSinCos.Choose<W, float>(W.AddBits(quadrant, W.OfBits(1)), s, c, 31)).Store(first);
        (radius * VectorMathSinCos.Choose<W, float>(quadrant, s, c, 31)).Store(second);
    }
}
