using System.Numerics;
using System.Numerics.Tensors;

namespace Sonde.Numerics;

/// <summary>Singular values and vectors of small matrices.</summary>
public static class Svd
{
    /// <summary>a = Σᵢ σᵢ uᵢ vᵢᵀ with k = min(rows, width) terms, σ descending.</summary>
    /// <param name="a">[rows, width], not changed.</param>
    /// <param name="left">Row i is uᵢ, [k, rows].</param>
    /// <param name="values">σ, [k].</param>
    /// <param name="right">Row i is vᵢ, [k, width].</param>
    /// <returns>False where a holds a number that is not finite.</returns>
    public static bool Decompose<T>(ReadOnlyBatch<T> a, Batch<T> left, Span<T> values, Batch<T> right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Rows > a.Width)
        {
            using var outer = Scratch.Enter();
            var transposed = outer.Rent<T>(a.Width, a.Rows);
            Dense.Transpose(a, transposed);
            return Decompose(transposed, right, values, left);
        }
        var k = a.Rows;                                                 // one-sided Jacobi on the rows
        using var frame = Scratch.Enter();
        var rotations = frame.RentCleared<T>(k, k);
        for (var i = 0; i < k; i++)
            rotations[i, i] = T.One;
        var work = frame.Rent<T>(k, a.Width);
        a.CopyTo(work);
        for (var sweep = 0; sweep < 60; sweep++)
        {
            var rotated = false;
            for (var p = 0; p < k; p++)
                for (var q = p + 1; q < k; q++)
                    rotated |= Rotate(work, rotations, p, q);
            if (!rotated)
                break;
        }
        Span<int> order = frame.RentSpan<int>(k);
        for (var i = 0; i < k; i++)
        {
            values[i] = TensorPrimitives.Norm<T>(work[i]);
            order[i] = i;
            if (!T.IsFinite(values[i]))
                return false;
        }
        var keys = frame.Rent<T>(1, k)[0];
        TensorPrimitives.Negate<T>(values, keys);
        keys.Sort(order);
        for (var i = 0; i < k; i++)
        {
            values[i] = -keys[i];
            rotations[order[i]].CopyTo(left[i]);
            if (values[i] > T.Zero)
                TensorPrimitives.Divide(work[order[i]], values[i], right[i]);
            else
                Complete(right, i);
        }
        return true;
    }

    private static bool Rotate<T>(Batch<T> work, Batch<T> rotations, int p, int q) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (alpha, beta) = (TensorPrimitives.SumOfSquares<T>(work[p]), TensorPrimitives.SumOfSquares<T>(work[q]));
        var gamma = TensorPrimitives.Dot<T>(work[p], work[q]);
        var two = T.One + T.One;
        if (!(T.Abs(gamma) > T.BitIncrement(T.One) * T.Sqrt(alpha * beta) * (T.BitIncrement(T.One) - T.One) * two))
            return false;
        var zeta = (beta - alpha) / (two * gamma);
        var t = T.One / (T.Abs(zeta) + T.Sqrt(T.One + zeta * zeta));
        if (T.IsNegative(zeta))
            t = -t;
        var c = T.One / T.Sqrt(T.One + t * t);
        Apply(work, p, q, c, c * t);
        Apply(rotations, p, q, c, c * t);
        return true;
    }

    private static void Apply<T>(Batch<T> rows, int p, int q, T c, T s) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var k = 0; k < rows.Width; k++)
            (rows[p, k], rows[q, k]) = (c * rows[p, k] - s * rows[q, k], s * rows[p, k] + c * rows[q, k]);
    }

    private static void Complete<T>(Batch<T> right, int i) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var axis = 0; axis < right.Width; axis++)                  // any unit vector orthogonal to those before
        {
            right[i].Clear();
            right[i, axis] = T.One;
            for (var pass = 0; pass < 2; pass++)
                for (var j = 0; j < i; j++)
                    TensorPrimitives.MultiplyAdd<T>(right[j], -TensorPrimitives.Dot<T>(right[i], right[j]), right[i], right[i]);
            var norm = TensorPrimitives.Norm<T>(right[i]);
            if (norm > T.CreateChecked(0.1) / T.Sqrt(T.CreateChecked(right.Width)))
            {
                TensorPrimitives.Divide(right[i], norm, right[i]);
                return;
            }
        }
    }
}
