using System.Numerics;
using System.Numerics.Tensors;

namespace Sonde.Numerics;

/// <summary>Cholesky factors a = l lᵀ of symmetric positive definite matrices, and solves with them.</summary>
public static class Cholesky
{
    /// <summary>Overwrites the lower triangle of <paramref name="a"/> with l and clears the rest; false where a is not positive definite.</summary>
    public static bool Factor<T>(Batch<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < a.Rows; i++)
        {
            var li = a[i];
            for (var j = 0; j < i; j++)
                li[j] = (li[j] - TensorPrimitives.Dot<T>(li[..j], a[j][..j])) / a[j, j];
            var pivot = li[i] - TensorPrimitives.SumOfSquares<T>(li[..i]);
            if (!(pivot > T.Zero) || !T.IsFinite(pivot))
                return false;
            li[i] = T.Sqrt(pivot);
            li[(i + 1)..].Clear();
        }
        return true;
    }

    /// <summary>Solves l xᵀ = bᵀ for each row of <paramref name="b"/>, in place.</summary>
    public static void SolveLower<T>(ReadOnlyBatch<T> l, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < b.Rows; row++)
        {
            var x = b[row];
            for (var i = 0; i < l.Rows; i++)
                x[i] = (x[i] - TensorPrimitives.Dot<T>(l[i][..i], x[..i])) / l[i, i];
        }
    }

    /// <summary>Solves lᵀ xᵀ = bᵀ for each row of <paramref name="b"/>, in place.</summary>
    public static void SolveLowerTransposed<T>(ReadOnlyBatch<T> l, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < b.Rows; row++)
        {
            var x = b[row];
            for (var i = l.Rows - 1; i >= 0; i--)
            {
                x[i] /= l[i, i];
                TensorPrimitives.MultiplyAdd<T>(l[i][..i], -x[i], x[..i], x[..i]);
            }
        }
    }

    /// <summary>Solves l lᵀ xᵀ = bᵀ for each row of <paramref name="b"/>, in place.</summary>
    public static void Solve<T>(ReadOnlyBatch<T> l, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SolveLower(l, b);
        SolveLowerTransposed(l, b);
    }
}
