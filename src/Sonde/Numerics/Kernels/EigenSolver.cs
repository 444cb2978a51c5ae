using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Eigenvalues and eigenvectors of one symmetric matrix: scaled to size one by a power of two, reduced to tridiagonal form,
/// then diagonalized by QL sweeps that rotate the rows of qᵀ.
/// </summary>
internal static unsafe class EigenSolver<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>Values ascend; vectors are rows, or null where only values are wanted; false where a is not finite.</summary>
    public static bool Decompose(int n, T* a, T* values, T* vectors)
    {
        if (n == 0)
            return true;
        using var frame = Scratch.Enter();
        var row = Tridiagonal<T, V, L>.PaddedWidth(n);
        var rows = Tridiagonal<T, V, L>.PaddedRows(n);
        var exponent = Exponent((long)n * n, a);
        if (exponent == int.MaxValue)
            return false;
        var spare = row + Tridiagonal<T, V, L>.Spare;
        fixed (T* padded = frame.Rent<T>(rows, row).Values, e = frame.Rent<T>(1, n).Values, tau = frame.Rent<T>(1, n).Values,
               work = frame.Rent<T>(3, spare).Values, z = frame.Rent<T>(vectors == null ? 0 : rows, row).Values)
        fixed (int* order = frame.RentSpan<int>(n))
        {
            Pad(n, a, padded, row, T.ScaleB(T.One, -exponent));
            Tridiagonal<T, V, L>.Reduce(n, padded, row, values, e, tau, work);
            if (vectors != null)
                Tridiagonal<T, V, L>.Accumulate(n, padded, row, tau, z);
            if (!ImplicitQl<T, V, L>.Diagonalize(n, values, e, vectors == null ? null : z, row, work))
                return false;
            for (var i = 0; i < n; i++)
                order[i] = i;
            new Span<T>(values, n).Sort(new Span<int>(order, n));
            var scale = T.ScaleB(T.One, exponent);
            for (var i = 0; i < n; i++)
            {
                values[i] *= scale;
                if (vectors != null)
                    new ReadOnlySpan<T>(z + (nint)order[i] * row, n).CopyTo(new Span<T>(vectors + (nint)i * n, n));
            }
        }
        return true;
    }

    /// <summary>The exponent of the largest number; zero where it is moderate, int.MaxValue where a number is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Exponent(long count, T* a)
    {
        V largest = L.Zero, sum = L.Zero;                               // the sum of zero times each number shows what is not finite
        var whole = count - count % L.Count;
        for (long i = 0; i < whole; i += L.Count)
        {
            var x = L.Load(a + i);
            largest = L.Max(largest, L.Abs(x));
            sum = L.MultiplyAdd(x, L.Zero, sum);
        }
        var most = T.Zero;
        for (var i = whole; i < count; i++)
        {
            most = T.Max(most, T.Abs(a[i]));
            sum = L.MultiplyAdd(L.Broadcast(a[i]), L.Zero, sum);
        }
        if (!T.IsZero(L.Sum(sum)))
            return int.MaxValue;
        var lanes = stackalloc T[L.Count];
        L.Store(largest, lanes);
        for (var i = 0; i < L.Count; i++)
            most = T.Max(most, lanes[i]);
        if (T.IsZero(most))
            return 0;
        var exponent = T.ILogB(most);
        return Math.Abs(exponent) <= 8 ? 0 : exponent;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pad(int n, T* a, T* padded, int row, T scale)
    {
        var factor = L.Broadcast(scale);
        var last = row - L.Count;
        var mask = L.First(n - last);
        for (var i = 0; i < n; i++, a += n, padded += row)
        {
            for (var j = 0; j < last; j += L.Count)
                L.Store(L.Multiply(factor, L.Load(a + j)), padded + j);
            L.Store(L.Multiply(factor, L.Load(a + last, mask)), padded + last);
        }
        new Span<T>(padded, row * (Tridiagonal<T, V, L>.PaddedRows(n) - n)).Clear();
    }
}
