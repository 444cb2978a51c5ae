using System.Numerics;
using System.Runtime.Intrinsics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>Triangular factors p a = l u of square matrices with partial pivoting, and solves with them. A row is a right-hand side.</summary>
public static unsafe class Lu
{
    /// <summary>Overwrites <paramref name="a"/> by u and, below its diagonal, l, whose diagonal is ones.</summary>
    /// <param name="a">[n, n].</param>
    /// <param name="pivots">The row that each row was exchanged with, in order, [n].</param>
    /// <returns>False where a is exactly singular or not finite; a then means nothing.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool Factor<T>(Batch<T> a, Span<int> pivots) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, a.Width, pivots.Length, a.Width);
        fixed (T* pa = a.Values)
        fixed (int* p = pivots)
            return Lanes512<T>.IsSupported ? LuKernel<T, Vector512<T>, Lanes512<T>>.Factor(a.Rows, pa, p)
                : Lanes256<T>.IsSupported ? LuKernel<T, Vector256<T>, Lanes256<T>>.Factor(a.Rows, pa, p)
                : LuKernel<T, T, ScalarLanes<T>>.Factor(a.Rows, pa, p);
    }

    /// <summary>Solves a xᵀ = bᵀ for each row of <paramref name="b"/>, in place, given what <see cref="Factor"/> made of a.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Solve<T>(ReadOnlyBatch<T> factors, ReadOnlySpan<int> pivots, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(factors.Rows, factors.Width, pivots.Length, b.Width);
        fixed (T* pa = factors.Values, pb = b.Values)
        fixed (int* p = pivots)
            if (Lanes512<T>.IsSupported)
                LuKernel<T, Vector512<T>, Lanes512<T>>.Solve(factors.Rows, pa, p, b.Rows, pb);
            else if (Lanes256<T>.IsSupported)
                LuKernel<T, Vector256<T>, Lanes256<T>>.Solve(factors.Rows, pa, p, b.Rows, pb);
            else
                LuKernel<T, T, ScalarLanes<T>>.Solve(factors.Rows, pa, p, b.Rows, pb);
    }

    /// <summary>inverse = a⁻¹.</summary>
    /// <returns>False where a is exactly singular or not finite.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool Inverse<T>(ReadOnlyBatch<T> a, Batch<T> inverse) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (inverse.Rows != a.Rows || inverse.Width != a.Width)
            throw new ArgumentException($"The inverse of {a.Rows} × {a.Width} numbers does not fit {inverse.Rows} × {inverse.Width}.", nameof(inverse));
        using var frame = Scratch.Enter();
        var pivots = frame.RentSpan<int>(a.Rows);
        var factors = frame.Rent<T>(a.Rows, a.Width);
        a.CopyTo(factors);
        if (!Factor(factors, pivots))
            return false;
        var columns = frame.RentCleared<T>(a.Rows, a.Width);
        for (var i = 0; i < a.Rows; i++)
            columns[i, i] = T.One;
        Solve(factors, pivots, columns);                                // row i is column i of the inverse
        Dense.Transpose(columns, inverse);
        return true;
    }

    private static void Fit(int rows, int width, int pivots, int given)
    {
        if (rows != width)
            throw new ArgumentException($"A system of equations is square but this one is {rows} × {width}.");
        if (pivots != rows)
            throw new ArgumentException($"{rows} rows have as many pivots but there is room for {pivots}.");
        if (given != rows)
            throw new ArgumentException($"Factors of size {rows} solve for rows of that width but theirs is {given}.");
    }
}
