using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// The transforms of Winograd's convolution F(2 × 2, 3 × 3): y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A for a kernel g, 4 × 4 pixels d and 2 × 2 results y,
/// and those of its transpose in g. Each number of a tile is a span of channels, a multiple of a register; numbers of the 4 × 4 products
/// are <c>step</c> apart. Lavin and Gray, CVPR 2016.
/// </summary>
internal static unsafe class WinogradTile<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>Bᵀ d B, of d[i, j] at <c>lines[i] + columns[j]</c>, or of 0 where one of them is negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Image(int channels, T* image, nint* lines, nint* columns, T* zeros, T* to, nint step)
    {
        var d = stackalloc T*[16];
        for (var i = 0; i < 4; i++)
            for (var j = 0; j < 4; j++)
                d[4 * i + j] = lines[i] < 0 || columns[j] < 0 ? zeros : image + lines[i] + columns[j];
        for (nint c = 0; c < channels; c += L.Count, to += L.Count)
        {
            V a0 = L.Load(d[8] + c), a1 = L.Load(d[9] + c), a2 = L.Load(d[10] + c), a3 = L.Load(d[11] + c);
            Inputs(L.Subtract(L.Load(d[0] + c), a0), L.Subtract(L.Load(d[1] + c), a1), L.Subtract(L.Load(d[2] + c), a2), L.Subtract(L.Load(d[3] + c), a3), to, step);
            V b0 = L.Load(d[4] + c), b1 = L.Load(d[5] + c), b2 = L.Load(d[6] + c), b3 = L.Load(d[7] + c);
            Inputs(L.Add(b0, a0), L.Add(b1, a1), L.Add(b2, a2), L.Add(b3, a3), to + 4 * step, step);
            Inputs(L.Subtract(a0, b0), L.Subtract(a1, b1), L.Subtract(a2, b2), L.Subtract(a3, b3), to + 8 * step, step);
            Inputs(
                L.Subtract(b0, L.Load(d[12] + c)), L.Subtract(b1, L.Load(d[13] + c)), L.Subtract(b2, L.Load(d[14] + c)), L.Subtract(b3, L.Load(d[15] + c)),
                to + 12 * step, step);
        }
    }

    /// <summary>y += Aᵀ m A, where the results exist: one or two lines and columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Result(int channels, T* m, nint step, T* y, nint line, nint column, bool two, bool wide)
    {
        for (nint c = 0; c < channels; c += L.Count, m += L.Count, y += L.Count)
        {
            V s0 = Sum(m, step, 0), s1 = Sum(m, step, 1), s2 = Sum(m, step, 2), s3 = Sum(m, step, 3);
            L.Store(L.Add(L.Load(y), L.Add(L.Add(s0, s1), s2)), y);
            if (wide)
                L.Store(L.Add(L.Load(y + column), L.Subtract(L.Subtract(s1, s2), s3)), y + column);
            if (!two)
                continue;
            (s0, s1, s2, s3) = (Difference(m, step, 0), Difference(m, step, 1), Difference(m, step, 2), Difference(m, step, 3));
            L.Store(L.Add(L.Load(y + line), L.Add(L.Add(s0, s1), s2)), y + line);
            if (wide)
                L.Store(L.Add(L.Load(y + line + column), L.Subtract(L.Subtract(s1, s2), s3)), y + line + column);
        }
    }

    /// <summary>A y Aᵀ, the transpose of <see cref="Result"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(int channels, T* y, nint line, nint column, bool two, bool wide, T* to, nint step)
    {
        for (nint c = 0; c < channels; c += L.Count, y += L.Count, to += L.Count)
        {
            V y00 = L.Load(y), y01 = wide ? L.Load(y + column) : L.Zero;
            V y10 = two ? L.Load(y + line) : L.Zero, y11 = two && wide ? L.Load(y + line + column) : L.Zero;
            Outputs(y00, y01, to, step);
            Outputs(L.Add(y00, y10), L.Add(y01, y11), to + 4 * step, step);
            Outputs(L.Subtract(y00, y10), L.Subtract(y01, y11), to + 8 * step, step);
            Outputs(L.Negate(y10), L.Negate(y11), to + 12 * step, step);
        }
    }

    /// <summary>G g Gᵀ of a kernel whose nine numbers are <paramref name="channels"/> apart.</summary>
    public static void Kernel(int channels, T* g, T* to, nint step)
    {
        var half = L.Broadcast(T.One / (T.One + T.One));
        for (nint c = 0; c < channels; c += L.Count, g += L.Count, to += L.Count)
            for (var j = 0; j < 4; j++)
            {
                V first = Leg(g, 0, j, channels, half), second = Leg(g, 1, j, channels, half), third = Leg(g, 2, j, channels, half);
                var ends = L.Add(first, third);
                L.Store(first, to + j * step);
                L.Store(L.Multiply(half, L.Add(ends, second)), to + (4 + j) * step);
                L.Store(L.Multiply(half, L.Subtract(ends, second)), to + (8 + j) * step);
                L.Store(third, to + (12 + j) * step);
            }
    }

    /// <summary>g = Gᵀ u G, the transpose of <see cref="Kernel"/>.</summary>
    public static void KernelAdjoint(int channels, T* u, nint step, T* g)
    {
        var half = L.Broadcast(T.One / (T.One + T.One));
        for (nint c = 0; c < channels; c += L.Count, u += L.Count, g += L.Count)
            for (var i = 0; i < 3; i++)
            {
                V u0 = Gathered(u, i, 0, step, half), u1 = Gathered(u, i, 1, step, half), u2 = Gathered(u, i, 2, step, half), u3 = Gathered(u, i, 3, step, half);
                var sum = L.Multiply(half, L.Add(u1, u2));
                L.Store(L.Add(u0, sum), g + 3 * i * channels);
                L.Store(L.Multiply(half, L.Subtract(u1, u2)), g + (3 * i + 1) * channels);
                L.Store(L.Add(sum, u3), g + (3 * i + 2) * channels);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inputs(V a0, V a1, V a2, V a3, T* to, nint step)
    {
        L.Store(L.Subtract(a0, a2), to);
        L.Store(L.Add(a1, a2), to + step);
        L.Store(L.Subtract(a2, a1), to + 2 * step);
        L.Store(L.Subtract(a1, a3), to + 3 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Outputs(V y0, V y1, T* to, nint step)
    {
        L.Store(y0, to);
        L.Store(L.Add(y0, y1), to + step);
        L.Store(L.Subtract(y0, y1), to + 2 * step);
        L.Store(L.Negate(y1), to + 3 * step);
    }

    /// <summary>The first line of Aᵀ m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Sum(T* m, nint step, int j) => L.Add(L.Add(L.Load(m + j * step), L.Load(m + (4 + j) * step)), L.Load(m + (8 + j) * step));

    /// <summary>The second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Difference(T* m, nint step, int j) =>
        L.Subtract(L.Subtract(L.Load(m + (4 + j) * step), L.Load(m + (8 + j) * step)), L.Load(m + (12 + j) * step));

    /// <summary>Line i, column j of g Gᵀ.</summary>
    private static V Leg(T* g, int i, int j, nint channels, V half)
    {
        V first = L.Load(g + 3 * i * channels), second = L.Load(g + (3 * i + 1) * channels), third = L.Load(g + (3 * i + 2) * channels);
        return j switch
        {
            0 => first,
            1 => L.Multiply(half, L.Add(L.Add(first, third), second)),
            2 => L.Multiply(half, L.Subtract(L.Add(first, third), second)),
            _ => third,
        };
    }

    /// <summary>Line i, column j of Gᵀ u.</summary>
    private static V Gathered(T* u, int i, int j, nint step, V half)
    {
        V u1 = L.Load(u + (4 + j) * step), u2 = L.Load(u + (8 + j) * step);
        return i switch
        {
            0 => L.Add(L.Load(u + j * step), L.Multiply(half, L.Add(u1, u2))),
            1 => L.Multiply(half, L.Subtract(u1, u2)),
            _ => L.Add(L.Load(u + (12 + j) * step), L.Multiply(half, L.Add(u1, u2))),
        };
    }
}
