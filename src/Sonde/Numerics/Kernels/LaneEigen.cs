using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Eigenvalues and eigenvectors of many symmetric matrices of one size, one in each lane of a register. A matrix's results
/// have the same bits whatever stands in the other lanes, and however wide the register is.
/// </summary>
internal static unsafe class LaneEigen<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>Decomposes at most Count matrices that follow each other in memory; false where one has no decomposition.</summary>
    /// <param name="count">How many.</param>
    /// <param name="n">Their size.</param>
    /// <param name="matrices">count × n × n numbers.</param>
    /// <param name="d">n registers: the eigenvalues, in no order; NaN in the lanes that failed.</param>
    /// <param name="z">n × n registers whose rows are the eigenvectors, or null.</param>
    public static bool Decompose(int count, int n, T* matrices, T* d, T* z)
    {
        using var frame = Scratch.Enter();
        fixed (T* a = frame.Rent<T>(n * n, L.Count).Values)
        {
            if (count < L.Count)
                new Span<T>(a, n * n * L.Count).Clear();
            Transposition<T>.Copy(count, n * n, matrices, n * n, a, L.Count);
            return Decompose(n, a, d, z);
        }
    }

    /// <summary>The same for matrices that are in the lanes already.</summary>
    /// <param name="n">Their size.</param>
    /// <param name="a">n × n registers; destroyed.</param>
    /// <param name="d">As above.</param>
    /// <param name="z">As above.</param>
    public static bool Decompose(int n, T* a, T* d, T* z)
    {
        using var frame = Scratch.Enter();
        fixed (T* work = frame.Rent<T>(5 * n, L.Count).Values, scales = frame.Rent<T>(1, L.Count).Values)
        {
            T* e = work, tau = work + n * L.Count, rest = work + 2 * n * L.Count;
            var finite = Scale(n * n, a, scales);
            LaneTridiagonal<T, V, L>.Reduce(n, a, d, e, tau, rest);
            if (z != null)
                LaneTridiagonal<T, V, L>.Accumulate(n, a, tau, z);
            var failed = L.Or(L.AndNot(L.LessThanOrEqual(L.Zero, L.Zero), finite), LaneQl<T, V, L>.Diagonalize(n, d, e, z, rest));
            V nan = L.Broadcast(T.NaN), scale = L.Load(scales);
            for (nint i = 0; i < n * L.Count; i += L.Count)
                L.Store(L.Select(failed, nan, L.Multiply(scale, L.Load(d + i))), d + i);
            return !L.Any(failed);
        }
    }

    /// <summary>Copies the results of one lane out, values ascending.</summary>
    public static void Sorted(int lane, int n, T* d, T* z, int* order, T* values, T* vectors)
    {
        for (var i = 0; i < n; i++)
            (values[i], order[i]) = (d[i * L.Count + lane], i);
        for (var i = 1; i < n; i++)                                     // insertion: n is small
        {
            var (value, from) = (values[i], order[i]);
            var j = i - 1;
            for (; j >= 0 && values[j] > value; j--)
                (values[j + 1], order[j + 1]) = (values[j], order[j]);
            (values[j + 1], order[j + 1]) = (value, from);
        }
        for (var i = 0; i < n && z != null; i++)
        {
            var from = z + (nint)order[i] * n * L.Count + lane;
            for (var j = 0; j < n; j++, from += L.Count)
                vectors[i * n + j] = *from + T.Zero;                    // a zero's sign depends on the other lanes; not so after this
        }
    }

    /// <summary>Divides each lane by a power of two, which goes to <paramref name="scales"/>; clears lanes that are not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static V Scale(int size, T* a, T* scales)
    {
        V largest = L.Zero, sum = L.Zero;
        for (nint i = 0; i < size * L.Count; i += L.Count)
        {
            var x = L.Load(a + i);
            largest = L.Max(largest, L.Abs(x));
            sum = L.MultiplyAdd(x, L.Zero, sum);
        }
        var finite = L.LessThanOrEqual(sum, L.Zero);                    // not where it is NaN
        L.Store(L.Select(finite, largest, L.Zero), scales);
        var factors = stackalloc T[L.Count];
        for (var lane = 0; lane < L.Count; lane++)
        {
            var exponent = T.IsZero(scales[lane]) ? 0 : T.ILogB(scales[lane]);
            (scales[lane], factors[lane]) = (T.ScaleB(T.One, exponent), T.ScaleB(T.One, -exponent));
        }
        var factor = L.Load(factors);
        for (nint i = 0; i < size * L.Count; i += L.Count)
            L.Store(L.Select(finite, L.Multiply(factor, L.Load(a + i)), L.Zero), a + i);
        return finite;
    }
}
