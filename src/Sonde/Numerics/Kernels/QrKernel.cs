using System.Numerics;
using System.Numerics.Tensors;

namespace Sonde.Numerics.Kernels;

/// <summary>Row-wise orthogonal-triangular factors a = l q, and least squares with them.</summary>
internal static unsafe class QrKernel<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>a ← q, with positive diagonal of l, which is written where it is not null. False where rows depend on each other.</summary>
    public static bool OrthonormalizeRows(int m, int width, T* a, T* lower)
    {
        if (m == 0)
            return true;
        using var frame = Scratch.Enter();
        var row = Padding<T, V, L>.Width(width);
        fixed (T* work = frame.RentCleared<T>(m, row).Values, v = frame.Rent<T>(m, row).Values)
        fixed (T* q = frame.Rent<T>(m, row).Values, tau = frame.Rent<T>(1, m).Values)
        fixed (int* exponents = frame.RentSpan<int>(m))
        {
            for (var i = 0; i < m; i++)                                 // the size of a row is no matter of q
            {
                var from = a + (nint)i * width;
                exponents[i] = Padding<T, V, L>.Exponent(width, from);
                if (exponents[i] == Padding<T, V, L>.NotFinite)
                    return false;
                Padding<T, V, L>.Copy(1, width, from, width, T.ScaleB(T.One, -exponents[i]), work + (nint)i * row, row);
            }
            if (Reflection<T, V, L>.Factor(m, width, work, row, v, tau) < m)
                return false;
            Reflection<T, V, L>.Rows(m, 0, m, q, row, v, tau);
            for (var j = 0; j < m; j++)
            {
                var sign = T.IsNegative(work[(nint)j * row + j]) ? T.NegativeOne : T.One;
                TensorPrimitives.Multiply(new ReadOnlySpan<T>(q + (nint)j * row, width), sign, new Span<T>(a + (nint)j * width, width));
                for (var i = 0; i < m && lower != null; i++)
                    lower[(nint)i * m + j] = i < j ? T.Zero : T.ScaleB(sign * work[(nint)i * row + j], exponents[i]);
            }
        }
        return true;
    }

    /// <summary>x minimizes |a xᵀ − bᵀ| for each of <paramref name="count"/> rows b; a has rows ≥ width. False where columns of a depend on each other.</summary>
    public static bool LeastSquares(int rows, int width, T* a, int count, T* b, T* x)
    {
        if (width == 0)
            return true;
        using var frame = Scratch.Enter();
        var row = Padding<T, V, L>.Width(rows);
        var exponent = Padding<T, V, L>.Exponent((long)rows * width, a);
        if (exponent == Padding<T, V, L>.NotFinite)
            return false;
        fixed (T* columns = frame.Rent<T>(width, rows).Values, work = frame.RentCleared<T>(width, row).Values)
        fixed (T* v = frame.Rent<T>(width, row).Values, tau = frame.Rent<T>(1, width).Values, y = frame.RentCleared<T>(count, row).Values)
        {
            Transposition<T>.Copy(rows, width, a, width, columns, rows);
            var scale = T.ScaleB(T.One, -exponent);
            Padding<T, V, L>.Copy(width, rows, columns, rows, scale, work, row);
            if (Reflection<T, V, L>.Factor(width, rows, work, row, v, tau) < width)
                return false;
            Padding<T, V, L>.Copy(count, rows, b, rows, T.One, y, row);
            for (var k = 0; k < width; k++)
                if (!T.IsZero(tau[k]))
                    Reflection<T, V, L>.Apply(count, y, row, k, row, v + (nint)k * row, tau[k]);
            Triangular<T, V, L>.Solve(width, new(work, 1, row), false, false, count, y, row);       // aᵀ = l q, so lᵀ x = q b
            for (var i = 0; i < count; i++)
                TensorPrimitives.Multiply(new ReadOnlySpan<T>(y + (nint)i * row, width), scale, new Span<T>(x + (nint)i * width, width));
        }
        return true;
    }
}
