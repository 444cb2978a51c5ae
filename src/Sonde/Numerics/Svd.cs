using System.Numerics;
using System.Runtime.Intrinsics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>Singular values and vectors, by the eigenvectors of a aᵀ and then one-sided Jacobi rotations, which restore what squaring loses.</summary>
public static unsafe class Svd
{
    /// <summary>a = Σᵢ σᵢ uᵢ vᵢᵀ with k = min(rows, width) terms, σ descending.</summary>
    /// <param name="a">[rows, width], not changed.</param>
    /// <param name="left">Row i is uᵢ, [k, rows].</param>
    /// <param name="values">σ, [k].</param>
    /// <param name="right">Row i is vᵢ, [k, width].</param>
    /// <returns>False where a holds a number that is not finite.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool Decompose<T>(ReadOnlyBatch<T> a, Batch<T> left, Span<T> values, Batch<T> right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var k = Math.Min(a.Rows, a.Width);
        if (values.Length != k || left.Rows != k || right.Rows != k)
            throw new ArgumentException($"A matrix of {a.Rows} × {a.Width} has {k} singular values but there is room for {left.Rows}, {values.Length} and {right.Rows}.");
        if (left.Width != a.Rows || right.Width != a.Width)
            throw new ArgumentException($"Singular vectors of {a.Rows} and {a.Width} numbers do not fit rows of {left.Width} and {right.Width}.");
        if (a.Rows > a.Width)
        {
            using var frame = Scratch.Enter();
            var transposed = frame.Rent<T>(a.Width, a.Rows);
            Dense.Transpose(a, transposed);
            return Decompose(transposed, right, values, left);
        }
        fixed (T* pa = a.Values, pLeft = left.Values, pValues = values, pRight = right.Values)
            return Lanes512<T>.IsSupported ? SvdKernel<T, Vector512<T>, Lanes512<T>>.Decompose(k, a.Width, pa, pLeft, pValues, pRight)
                : Lanes256<T>.IsSupported ? SvdKernel<T, Vector256<T>, Lanes256<T>>.Decompose(k, a.Width, pa, pLeft, pValues, pRight)
                : SvdKernel<T, T, ScalarLanes<T>>.Decompose(k, a.Width, pa, pLeft, pValues, pRight);
    }
}
