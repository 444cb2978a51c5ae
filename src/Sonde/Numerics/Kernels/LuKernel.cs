using System.Numerics;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Triangular factors p a = l u with partial pivoting, a block of columns at a time: the block is factored row by row, then
/// the rows beside it are solved for and the rest is a product.
/// </summary>
internal static unsafe class LuKernel<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    private const int Block = 32;

    /// <summary>Overwrites a by u and, below the diagonal, l; row i was exchanged with row pivots[i]. False where a is singular.</summary>
    public static bool Factor(int n, T* a, int* pivots)
    {
        for (var first = 0; first < n; first += Block)
        {
            var end = Math.Min(first + Block, n);
            for (var k = first; k < end; k++)
            {
                if (!Pivot(n, k, a, pivots))
                    return false;
                Eliminate(n, k, end, a);
            }
            if (end == n)
                break;
            for (var k = first; k < end; k++)
                for (var i = k + 1; i < end; i++)
                    Gemv<T, V, L>.Axpy(n - end, -a[(nint)i * n + k], a + (nint)k * n + end, a + (nint)i * n + end);
            Product<T, V, L>.Multiply<IdentityFunction<T>>(
                n - end, n - end, end - first, T.NegativeOne, new(a + (nint)end * n + first, n, 1), new(a + (nint)first * n + end, n, 1),
                T.One, a + (nint)end * n + end, n);
        }
        return true;
    }

    /// <summary>Solves a xᵀ = bᵀ for each of m rows of b, in place, given the factors of a.</summary>
    public static void Solve(int n, T* a, int* pivots, int m, T* b)
    {
        for (var row = 0; row < m; row++)
            for (var i = 0; i < n; i++)
            {
                var x = b + (nint)row * n;
                (x[i], x[pivots[i]]) = (x[pivots[i]], x[i]);
            }
        Triangular<T, V, L>.Solve(n, new(a, n, 1), true, true, m, b, n);
        Triangular<T, V, L>.Solve(n, new(a, n, 1), false, false, m, b, n);
    }

    private static bool Pivot(int n, int k, T* a, int* pivots)
    {
        var (best, largest) = (k, T.Abs(a[(nint)k * n + k]));
        for (var i = k + 1; i < n; i++)
            if (T.Abs(a[(nint)i * n + k]) > largest)
                (best, largest) = (i, T.Abs(a[(nint)i * n + k]));
        pivots[k] = best;
        if (!(largest > T.Zero) || !T.IsFinite(largest))
            return false;
        if (best != k)
            for (var j = 0; j < n; j++)
                (a[(nint)k * n + j], a[(nint)best * n + j]) = (a[(nint)best * n + j], a[(nint)k * n + j]);
        return true;
    }

    /// <summary>Subtracts multiples of row k from those below it, in columns before <paramref name="end"/>.</summary>
    private static void Eliminate(int n, int k, int end, T* a)
    {
        var x = a + (nint)k * n;
        var inverse = T.One / x[k];
        for (var i = k + 1; i < n; i++)
        {
            var y = a + (nint)i * n;
            y[k] *= inverse;
            Gemv<T, V, L>.Axpy(end - k - 1, -y[k], x + k + 1, y + k + 1);
        }
    }
}
