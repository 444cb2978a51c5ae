using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Solves t xᵀ = bᵀ for each row of b, in place, with t lower triangular (forward) or upper triangular (backward). Large
/// systems are halved so that most of the work is a product; small ones take a lane for each row of b.
/// </summary>
internal static unsafe class Triangular<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    private const int Whole = 64;               // up to this size a system is solved whole
    private const int FewRows = 3;              // up to this many rows are solved one by one

    /// <summary>Solves for the m rows of b, which are <paramref name="rowOfB"/> apart. Where unit, t's diagonal counts as ones.</summary>
    public static void Solve(int n, Strided<T> t, bool forward, bool unit, int m, T* b, nint rowOfB)
    {
        if (n == 0 || m == 0)
            return;
        if (m <= FewRows)
        {
            for (var row = 0; row < m; row++)
                One(n, t, forward, unit, b + row * rowOfB);
            return;
        }
        if (n <= Whole)
        {
            Small(n, t, forward, unit, m, b, rowOfB);
            return;
        }
        var half = (n / 2 + 7) / 8 * 8;
        var second = b + half;
        if (forward)
        {
            Solve(half, t, true, unit, m, b, rowOfB);
            Product<T, V, L>.Multiply<IdentityFunction<T>>(
                m, n - half, half, T.NegativeOne, new(b, rowOfB, 1), t.From(half, 0).Transposed, T.One, second, rowOfB);
            Solve(n - half, t.From(half, half), true, unit, m, second, rowOfB);
        }
        else
        {
            Solve(n - half, t.From(half, half), false, unit, m, second, rowOfB);
            Product<T, V, L>.Multiply<IdentityFunction<T>>(
                m, half, n - half, T.NegativeOne, new(second, rowOfB, 1), t.From(0, half).Transposed, T.One, b, rowOfB);
            Solve(half, t, false, unit, m, b, rowOfB);
        }
    }

    /// <summary>One row: by dot products where the rows of t are contiguous, by updates where its columns are.</summary>
    private static void One(int n, Strided<T> t, bool forward, bool unit, T* b)
    {
        for (var step = 0; step < n; step++)
        {
            var j = forward ? step : n - 1 - step;
            var (known, unknown) = forward ? (0, j + 1) : (j + 1, 0);
            if (t.Column == 1)
            {
                var x = new ReadOnlySpan<T>(b + known, step);
                b[j] -= TensorPrimitives.Dot(new ReadOnlySpan<T>(t.At(j, known), step), x);
            }
            if (!unit)
                b[j] /= *t.At(j, j);
            if (t.Column != 1)
            {
                var rest = new Span<T>(b + unknown, n - 1 - step);
                TensorPrimitives.MultiplyAdd(new ReadOnlySpan<T>(t.At(unknown, j), n - 1 - step), -b[j], rest, rest);
            }
        }
    }

    private static void Small(int n, Strided<T> t, bool forward, bool unit, int m, T* b, nint rowOfB)
    {
        using var frame = Scratch.Enter();
        var width = Math.Min(4, (m + L.Count - 1) / L.Count) * L.Count;
        fixed (T* x = frame.RentCleared<T>(n, width).Values, inverse = frame.Rent<T>(1, n).Values)
        {
            for (var j = 0; j < n; j++)
                inverse[j] = unit ? T.One : T.One / *t.At(j, j);
            for (var row = 0; row < m; row += width)
            {
                var count = Math.Min(width, m - row);
                var place = b + row * rowOfB;
                Transposition<T>.Copy(count, n, place, rowOfB, x, width);
                if (width == 4 * L.Count)
                    Columns<Size4>(n, t, forward, x, inverse);
                else if (width == 3 * L.Count)
                    Columns<Size3>(n, t, forward, x, inverse);
                else if (width == 2 * L.Count)
                    Columns<Size2>(n, t, forward, x, inverse);
                else
                    Columns<Size1>(n, t, forward, x, inverse);
                Transposition<T>.Copy(n, count, x, width, place, rowOfB);
            }
        }
    }

    /// <summary>Solves for C registers of right-hand sides: row j of x is number j of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns<C>(int n, Strided<T> t, bool forward, T* x, T* inverse) where C : struct, ISize
    {
        nint width = C.Value * L.Count;
        for (var step = 0; step < n; step++)
        {
            var j = forward ? step : n - 1 - step;
            var place = x + j * width;
            V s0 = L.Load(place), s1 = L.Zero, s2 = L.Zero, s3 = L.Zero;
            if (C.Value > 1)
                s1 = L.Load(place + L.Count);
            if (C.Value > 2)
                s2 = L.Load(place + 2 * L.Count);
            if (C.Value > 3)
                s3 = L.Load(place + 3 * L.Count);
            var known = forward ? 0 : j + 1;
            T* from = t.At(j, known), y = x + known * width;
            for (var k = 0; k < step; k++)
            {
                var factor = L.Broadcast(*from);
                s0 = L.MultiplySubtractFrom(factor, L.Load(y), s0);
                if (C.Value > 1)
                    s1 = L.MultiplySubtractFrom(factor, L.Load(y + L.Count), s1);
                if (C.Value > 2)
                    s2 = L.MultiplySubtractFrom(factor, L.Load(y + 2 * L.Count), s2);
                if (C.Value > 3)
                    s3 = L.MultiplySubtractFrom(factor, L.Load(y + 3 * L.Count), s3);
                from += t.Column;
                y += width;
            }
            var scale = L.Broadcast(inverse[j]);
            L.Store(L.Multiply(scale, s0), place);
            if (C.Value > 1)
                L.Store(L.Multiply(scale, s1), place + L.Count);
            if (C.Value > 2)
                L.Store(L.Multiply(scale, s2), place + 2 * L.Count);
            if (C.Value > 3)
                L.Store(L.Multiply(scale, s3), place + 3 * L.Count);
        }
    }
}
