using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// The transforms of Winograd's convolution F(4 × 4, 3 × 3): y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A for a kernel g, 6 × 6 pixels d and 4 × 4 results y, and
/// those of its transpose in g. They evaluate polynomials at 0, ±5/8, ±3/2 and infinity: in single precision the results err twice as much as plain sums
/// do, those of the usual points 0, ±1, ±2 five times. Each number of a tile is a span of channels, a multiple of a register; numbers of the 6 × 6
/// products are <c>step</c> apart. Lavin and Gray, CVPR 2016.
/// </summary>
internal static unsafe class WinogradTile<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    private const int Line = 64;                                                // bytes of a line of the cache
    private const double Near = 0.625, Far = 1.5;                               // where polynomials are evaluated
    private const double Near2 = Near * Near, Far2 = Far * Far;
    private const double NearNorm = 1 / (2 * Near2 * (Near2 - Far2)), FarNorm = 1 / (2 * Far2 * (Far2 - Near2)), ZeroNorm = 1 / (Near2 * Far2);

    /// <summary>Bᵀ d B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void Image(int channels, T* d, nint line, nint column, T* to, nint step)
    {
        var room = stackalloc T[36 * L.Count + Line / sizeof(T)];
        var half = Aligned(room);
        for (nint c = 0; c < channels; c += L.Count, d += L.Count, to += L.Count)
        {
            var from = d;
            for (var j = 0; j < 6; j++, from += column)
                Inputs(
                    L.Load(from), L.Load(from + line), L.Load(from + 2 * line), L.Load(from + 3 * line), L.Load(from + 4 * line), L.Load(from + 5 * line),
                    half + j * L.Count, 6 * L.Count);
            from = half;
            var next = to;
            for (var i = 0; i < 6; i++, from += 6 * L.Count, next += 6 * step)
                Inputs(
                    L.Load(from), L.Load(from + L.Count), L.Load(from + 2 * L.Count), L.Load(from + 3 * L.Count), L.Load(from + 4 * L.Count),
                    L.Load(from + 5 * L.Count), next, step);
        }
    }

    /// <summary>y = b + Aᵀ m A.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void Result(int channels, T* m, nint step, T* b, T* y, nint line, nint column)
    {
        var room = stackalloc T[24 * L.Count + Line / sizeof(T)];
        var half = Aligned(room);
        for (nint c = 0; c < channels; c += L.Count, m += L.Count, b += L.Count, y += L.Count)
        {
            var from = m;
            for (var j = 0; j < 6; j++, from += step)
                Outputs(
                    L.Load(from), L.Load(from + 6 * step), L.Load(from + 12 * step), L.Load(from + 18 * step), L.Load(from + 24 * step), L.Load(from + 30 * step),
                    L.Zero, half + j * L.Count, 6 * L.Count);
            from = half;
            var next = y;
            var bias = L.Load(b);
            for (var i = 0; i < 4; i++, from += 6 * L.Count, next += line)
                Outputs(
                    L.Load(from), L.Load(from + L.Count), L.Load(from + 2 * L.Count), L.Load(from + 3 * L.Count), L.Load(from + 4 * L.Count),
                    L.Load(from + 5 * L.Count), bias, next, column);
        }
    }

    /// <summary>A y Aᵀ, the transpose of <see cref="Result"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void Spread(int channels, T* y, nint line, nint column, T* to, nint step)
    {
        var room = stackalloc T[24 * L.Count + Line / sizeof(T)];
        var half = Aligned(room);
        for (nint c = 0; c < channels; c += L.Count, y += L.Count, to += L.Count)
        {
            var from = y;
            for (var j = 0; j < 4; j++, from += column)
                OutputsAdjoint(L.Load(from), L.Load(from + line), L.Load(from + 2 * line), L.Load(from + 3 * line), half + j * L.Count, 4 * L.Count);
            from = half;
            var next = to;
            for (var i = 0; i < 6; i++, from += 4 * L.Count, next += 6 * step)
                OutputsAdjoint(L.Load(from), L.Load(from + L.Count), L.Load(from + 2 * L.Count), L.Load(from + 3 * L.Count), next, step);
        }
    }

    /// <summary>G g Gᵀ of a kernel whose nine numbers are <paramref name="channels"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void Kernel(int channels, T* g, T* to, nint step)
    {
        var room = stackalloc T[18 * L.Count + Line / sizeof(T)];
        var half = Aligned(room);
        nint row = 3 * channels;
        for (nint c = 0; c < channels; c += L.Count, g += L.Count, to += L.Count)
        {
            var from = g;
            for (var j = 0; j < 3; j++, from += channels)
                Legs(L.Load(from), L.Load(from + row), L.Load(from + 2 * row), half + j * L.Count, 3 * L.Count);
            from = half;
            var next = to;
            for (var i = 0; i < 6; i++, from += 3 * L.Count, next += 6 * step)
                Legs(L.Load(from), L.Load(from + L.Count), L.Load(from + 2 * L.Count), next, step);
        }
    }

    /// <summary>g = Gᵀ u G, the transpose of <see cref="Kernel"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void KernelAdjoint(int channels, T* u, nint step, T* g)
    {
        var room = stackalloc T[18 * L.Count + Line / sizeof(T)];
        var half = Aligned(room);
        for (nint c = 0; c < channels; c += L.Count, u += L.Count, g += L.Count)
        {
            var from = u;
            for (var j = 0; j < 6; j++, from += step)
                LegsAdjoint(
                    L.Load(from), L.Load(from + 6 * step), L.Load(from + 12 * step), L.Load(from + 18 * step), L.Load(from + 24 * step), L.Load(from + 30 * step),
                    half + j * L.Count, 6 * L.Count);
            from = half;
            var next = g;
            for (var i = 0; i < 3; i++, from += 6 * L.Count, next += 3 * channels)
                LegsAdjoint(
                    L.Load(from), L.Load(from + L.Count), L.Load(from + 2 * L.Count), L.Load(from + 3 * L.Count), L.Load(from + 4 * L.Count),
                    L.Load(from + 5 * L.Count), next, channels);
        }
    }

    private static T* Aligned(T* room) => (T*)(((nint)room + Line - 1) & ~(nint)(Line - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Constant(double value) => L.Broadcast(T.CreateTruncating(value));

    /// <summary>Bᵀ d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inputs(V d0, V d1, V d2, V d3, V d4, V d5, T* to, nint step)
    {
        V near = Constant(Near), near2 = Constant(Near2), far = Constant(Far), far2 = Constant(Far2), sum = Constant(Near2 + Far2), product = Constant(Near2 * Far2);
        L.Store(L.MultiplyAdd(product, d0, L.MultiplySubtractFrom(sum, d2, d4)), to);
        V even = L.MultiplySubtractFrom(far2, d2, d4), odd = L.MultiplySubtractFrom(far2, d1, d3);
        L.Store(L.MultiplyAdd(near, odd, even), to + step);
        L.Store(L.MultiplySubtractFrom(near, odd, even), to + 2 * step);
        (even, odd) = (L.MultiplySubtractFrom(near2, d2, d4), L.MultiplySubtractFrom(near2, d1, d3));
        L.Store(L.MultiplyAdd(far, odd, even), to + 3 * step);
        L.Store(L.MultiplySubtractFrom(far, odd, even), to + 4 * step);
        L.Store(L.MultiplyAdd(product, d1, L.MultiplySubtractFrom(sum, d3, d5)), to + 5 * step);
    }

    /// <summary>b + Aᵀ m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Outputs(V m0, V m1, V m2, V m3, V m4, V m5, V b, T* to, nint step)
    {
        V near = L.Add(m1, m2), nearOdd = L.Multiply(Constant(Near), L.Subtract(m1, m2));
        V far = L.Add(m3, m4), farOdd = L.Multiply(Constant(Far), L.Subtract(m3, m4));
        V near2 = Constant(Near2), far2 = Constant(Far2);
        L.Store(L.Add(L.Add(b, m0), L.Add(near, far)), to);
        L.Store(L.Add(b, L.Add(nearOdd, farOdd)), to + step);
        L.Store(L.MultiplyAdd(near2, near, L.MultiplyAdd(far2, far, b)), to + 2 * step);
        L.Store(L.MultiplyAdd(near2, nearOdd, L.MultiplyAdd(far2, farOdd, L.Add(b, m5))), to + 3 * step);
    }

    /// <summary>A y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputsAdjoint(V y0, V y1, V y2, V y3, T* to, nint step)
    {
        V near2 = Constant(Near2), far2 = Constant(Far2);
        L.Store(y0, to);
        V even = L.MultiplyAdd(near2, y2, y0), odd = L.Multiply(Constant(Near), L.MultiplyAdd(near2, y3, y1));
        L.Store(L.Add(even, odd), to + step);
        L.Store(L.Subtract(even, odd), to + 2 * step);
        (even, odd) = (L.MultiplyAdd(far2, y2, y0), L.Multiply(Constant(Far), L.MultiplyAdd(far2, y3, y1)));
        L.Store(L.Add(even, odd), to + 3 * step);
        L.Store(L.Subtract(even, odd), to + 4 * step);
        L.Store(y3, to + 5 * step);
    }

    /// <summary>G g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Legs(V g0, V g1, V g2, T* to, nint step)
    {
        L.Store(L.Multiply(Constant(ZeroNorm), g0), to);
        V even = L.Multiply(Constant(NearNorm), L.MultiplyAdd(Constant(Near2), g2, g0)), odd = L.Multiply(Constant(NearNorm * Near), g1);
        L.Store(L.Add(even, odd), to + step);
        L.Store(L.Subtract(even, odd), to + 2 * step);
        (even, odd) = (L.Multiply(Constant(FarNorm), L.MultiplyAdd(Constant(Far2), g2, g0)), L.Multiply(Constant(FarNorm * Far), g1));
        L.Store(L.Add(even, odd), to + 3 * step);
        L.Store(L.Subtract(even, odd), to + 4 * step);
        L.Store(g2, to + 5 * step);
    }

    /// <summary>Gᵀ u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LegsAdjoint(V u0, V u1, V u2, V u3, V u4, V u5, T* to, nint step)
    {
        V near = L.Multiply(Constant(NearNorm), L.Add(u1, u2)), nearOdd = L.Multiply(Constant(NearNorm * Near), L.Subtract(u1, u2));
        V far = L.Multiply(Constant(FarNorm), L.Add(u3, u4)), farOdd = L.Multiply(Constant(FarNorm * Far), L.Subtract(u3, u4));
        L.Store(L.MultiplyAdd(Constant(ZeroNorm), u0, L.Add(near, far)), to);
        L.Store(L.Add(nearOdd, farOdd), to + step);
        L.Store(L.MultiplyAdd(Constant(Near2), near, L.MultiplyAdd(Constant(Far2), far, u5)), to + 2 * step);
    }
}
