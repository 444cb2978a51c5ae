using System.Numerics;
using System.Runtime.Intrinsics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>Orthogonal-triangular factors by Householder reflections.</summary>
public static unsafe class Qr
{
    /// <summary>
    /// Makes the rows of <paramref name="a"/> orthonormal, in place, so that each leading set of rows spans what it spanned
    /// before and r has a positive diagonal; returns false where the rows are linearly dependent to within rounding, or not
    /// finite, and a is then as before. Needs Rows ≤ Width.
    /// </summary>
    /// <exception cref="ArgumentException">There are more rows than columns.</exception>
    public static bool OrthonormalizeRows<T>(Batch<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* pa = a.Values)
            return OrthonormalizeRows(a.Rows, a.Width, pa, null);
    }

    /// <summary>a = l q: overwrites <paramref name="a"/> by q, whose rows are orthonormal, and writes l, lower triangular with a positive diagonal.</summary>
    /// <returns>False where the rows are linearly dependent to within rounding, or not finite; a is then as before.</returns>
    /// <exception cref="ArgumentException">There are more rows than columns, or l is not square of that many rows.</exception>
    public static bool OrthonormalizeRows<T>(Batch<T> a, Batch<T> l) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (l.Rows != a.Rows || l.Width != a.Rows)
            throw new ArgumentException($"The triangular factor of {a.Rows} rows is square but its place is {l.Rows} × {l.Width}.", nameof(l));
        fixed (T* pa = a.Values, pl = l.Values)
            return OrthonormalizeRows(a.Rows, a.Width, pa, pl);
    }

    /// <summary>Writes to each row of <paramref name="x"/> what minimizes |a xᵀ − bᵀ| for that row of <paramref name="b"/>.</summary>
    /// <param name="a">[m, n] with m ≥ n and independent columns; not changed.</param>
    /// <param name="b">[count, m].</param>
    /// <param name="x">[count, n].</param>
    /// <returns>False where the columns of a are linearly dependent to within rounding, or not finite.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool LeastSquares<T>(ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, Batch<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Rows < a.Width)
            throw new ArgumentException($"{a.Rows} equations do not determine {a.Width} unknowns.", nameof(a));
        if (b.Width != a.Rows || x.Width != a.Width || b.Rows != x.Rows)
            throw new ArgumentException($"A matrix of {a.Rows} × {a.Width} does not map rows of {x.Rows} × {x.Width} to {b.Rows} × {b.Width}.");
        fixed (T* pa = a.Values, pb = b.Values, px = x.Values)
            return Lanes512<T>.IsSupported ? QrKernel<T, Vector512<T>, Lanes512<T>>.LeastSquares(a.Rows, a.Width, pa, b.Rows, pb, px)
                : Lanes256<T>.IsSupported ? QrKernel<T, Vector256<T>, Lanes256<T>>.LeastSquares(a.Rows, a.Width, pa, b.Rows, pb, px)
                : QrKernel<T, T, ScalarLanes<T>>.LeastSquares(a.Rows, a.Width, pa, b.Rows, pb, px);
    }

    private static bool OrthonormalizeRows<T>(int rows, int width, T* a, T* l) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows > width)
            throw new ArgumentException($"{rows} rows of {width} cannot be orthonormal.");
        return Lanes512<T>.IsSupported ? QrKernel<T, Vector512<T>, Lanes512<T>>.OrthonormalizeRows(rows, width, a, l)
            : Lanes256<T>.IsSupported ? QrKernel<T, Vector256<T>, Lanes256<T>>.OrthonormalizeRows(rows, width, a, l)
            : QrKernel<T, T, ScalarLanes<T>>.OrthonormalizeRows(rows, width, a, l);
    }
}
