using System.Numerics;
using System.Runtime.Intrinsics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>Cholesky factors a = l lᵀ of symmetric positive definite matrices, and solves with them. A row is a right-hand side.</summary>
public static unsafe class Cholesky
{
    /// <summary>
    /// Overwrites the lower triangle of <paramref name="a"/> with l and clears the rest, which is not read; false where a is not
    /// positive definite, and a then means nothing.
    /// </summary>
    /// <exception cref="ArgumentException">a is not square.</exception>
    public static bool Factor<T>(Batch<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Rows != a.Width)
            throw new ArgumentException($"A positive definite matrix is square but this one is {a.Rows} × {a.Width}.", nameof(a));
        fixed (T* p = a.Values)
            if (!(Lanes512<T>.IsSupported ? CholeskyKernel<T, Vector512<T>, Lanes512<T>>.Factor(a.Rows, p, a.Width)
                    : Lanes256<T>.IsSupported ? CholeskyKernel<T, Vector256<T>, Lanes256<T>>.Factor(a.Rows, p, a.Width)
                    : CholeskyKernel<T, T, ScalarLanes<T>>.Factor(a.Rows, p, a.Width)))
                return false;
        for (var i = 0; i < a.Rows; i++)
            a[i][(i + 1)..].Clear();
        return true;
    }

    /// <summary>Solves l xᵀ = bᵀ for each row of <paramref name="b"/>, in place.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void SolveLower<T>(ReadOnlyBatch<T> l, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(l.Rows, l.Width, b.Width);
        fixed (T* pl = l.Values, pb = b.Values)
            Solve(l.Rows, new(pl, l.Width, 1), true, b.Rows, pb);
    }

    /// <summary>Solves lᵀ xᵀ = bᵀ for each row of <paramref name="b"/>, in place.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void SolveLowerTransposed<T>(ReadOnlyBatch<T> l, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(l.Rows, l.Width, b.Width);
        fixed (T* pl = l.Values, pb = b.Values)
            Solve(l.Rows, new(pl, 1, l.Width), false, b.Rows, pb);
    }

    /// <summary>Solves l lᵀ xᵀ = bᵀ for each row of <paramref name="b"/>, in place.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Solve<T>(ReadOnlyBatch<T> l, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SolveLower(l, b);
        SolveLowerTransposed(l, b);
    }

    /// <summary>inverse = (l lᵀ)⁻¹, exactly symmetric.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Inverse<T>(ReadOnlyBatch<T> l, Batch<T> inverse) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(l.Rows, l.Width, inverse.Width);
        using var frame = Scratch.Enter();
        var rows = frame.RentCleared<T>(l.Rows, l.Rows);
        for (var i = 0; i < l.Rows; i++)
            rows[i, i] = T.One;
        SolveLower(l, rows);                                            // l⁻ᵀ
        Dense.Gram(rows, inverse);
    }

    /// <summary>log det (l lᵀ) = 2 Σ log lᵢᵢ.</summary>
    public static T LogDeterminant<T>(ReadOnlyBatch<T> l) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        for (var i = 0; i < l.Rows; i++)
            sum += T.Log(l[i, i]);
        return sum + sum;
    }

    private static void Solve<T>(int n, Strided<T> l, bool forward, int m, T* b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Lanes512<T>.IsSupported)
            Triangular<T, Vector512<T>, Lanes512<T>>.Solve(n, l, forward, false, m, b, n);
        else if (Lanes256<T>.IsSupported)
            Triangular<T, Vector256<T>, Lanes256<T>>.Solve(n, l, forward, false, m, b, n);
        else
            Triangular<T, T, ScalarLanes<T>>.Solve(n, l, forward, false, m, b, n);
    }

    private static void Fit(int rows, int width, int given)
    {
        if (rows != width)
            throw new ArgumentException($"A triangular factor is square but this one is {rows} × {width}.");
        if (given != rows)
            throw new ArgumentException($"A factor of size {rows} solves for rows of that width but theirs is {given}.");
    }
}
