using System.Numerics;

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
        var row = Padding<T, V, L>.Width(n);
        var rows = Tridiagonal<T, V, L>.PaddedRows(n);
        var exponent = Padding<T, V, L>.Exponent((long)n * n, a);
        if (exponent == Padding<T, V, L>.NotFinite)
            return false;
        var spare = row + Tridiagonal<T, V, L>.Spare;
        fixed (T* padded = frame.Rent<T>(rows, row).Values, e = frame.Rent<T>(1, n).Values, tau = frame.Rent<T>(1, n).Values,
               work = frame.Rent<T>(3, spare).Values, z = frame.Rent<T>(vectors == null ? 0 : n, row).Values)
        fixed (int* order = frame.RentSpan<int>(n))
        {
            Padding<T, V, L>.Copy(n, n, a, n, T.ScaleB(T.One, -exponent), padded, row);
            new Span<T>(padded + (nint)n * row, (rows - n) * row).Clear();
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
}
