using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>Products of a matrix and a vector. A number's bits do not depend on its place.</summary>
internal static unsafe class Gemv<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>y = α a x + β y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int rows, int columns, T alpha, T* a, nint rowOfA, T* x, T beta, T* y)
    {
        var whole = columns - columns % L.Count;
        var last = L.First(columns - whole);
        var i = 0;
        for (; i + 4 <= rows; i += 4, a += 4 * rowOfA)
        {
            V s0 = L.Zero, s1 = L.Zero, s2 = L.Zero, s3 = L.Zero;
            T* a1 = a + rowOfA, a2 = a1 + rowOfA, a3 = a2 + rowOfA;
            for (var j = 0; j < whole; j += L.Count)
            {
                var u = L.Load(x + j);
                s0 = L.MultiplyAdd(L.Load(a + j), u, s0);
                s1 = L.MultiplyAdd(L.Load(a1 + j), u, s1);
                s2 = L.MultiplyAdd(L.Load(a2 + j), u, s2);
                s3 = L.MultiplyAdd(L.Load(a3 + j), u, s3);
            }
            if (whole < columns)
            {
                var u = L.Load(x + whole, last);
                s0 = L.MultiplyAdd(L.Load(a + whole, last), u, s0);
                s1 = L.MultiplyAdd(L.Load(a1 + whole, last), u, s1);
                s2 = L.MultiplyAdd(L.Load(a2 + whole, last), u, s2);
                s3 = L.MultiplyAdd(L.Load(a3 + whole, last), u, s3);
            }
            Put(alpha, L.Sum(s0), beta, y + i);
            Put(alpha, L.Sum(s1), beta, y + i + 1);
            Put(alpha, L.Sum(s2), beta, y + i + 2);
            Put(alpha, L.Sum(s3), beta, y + i + 3);
        }
        for (; i < rows; i++, a += rowOfA)
        {
            var s = L.Zero;
            for (var j = 0; j < whole; j += L.Count)
                s = L.MultiplyAdd(L.Load(a + j), L.Load(x + j), s);
            if (whole < columns)
                s = L.MultiplyAdd(L.Load(a + whole, last), L.Load(x + whole, last), s);
            Put(alpha, L.Sum(s), beta, y + i);
        }
    }

    /// <summary>y = α aᵀ x + β y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyTransposed(int rows, int columns, T alpha, T* a, nint rowOfA, T* x, T beta, T* y)
    {
        for (var j = 0; j < columns; j += L.Count)                      // y = β y
        {
            var mask = L.First(columns - j);
            L.Store(T.IsZero(beta) ? L.Zero : L.Multiply(L.Broadcast(beta), L.Load(y + j, mask)), y + j, mask);
        }
        var whole = columns - columns % L.Count;
        var last = L.First(columns - whole);
        for (var k = 0; k < rows; k += 4, a += 4 * rowOfA)
        {
            if (rows - k < 4)
            {
                for (; k < rows; k++, a += rowOfA)
                    Axpy(columns, alpha * x[k], a, y);
                break;
            }
            T* a1 = a + rowOfA, a2 = a1 + rowOfA, a3 = a2 + rowOfA;
            var (x0, x1) = (L.Broadcast(alpha * x[k]), L.Broadcast(alpha * x[k + 1]));
            var (x2, x3) = (L.Broadcast(alpha * x[k + 2]), L.Broadcast(alpha * x[k + 3]));
            var j = 0;
            for (; j < whole; j += L.Count)
            {
                var s = L.MultiplyAdd(L.Load(a1 + j), x1, L.MultiplyAdd(L.Load(a + j), x0, L.Load(y + j)));
                L.Store(L.MultiplyAdd(L.Load(a3 + j), x3, L.MultiplyAdd(L.Load(a2 + j), x2, s)), y + j);
            }
            if (j < columns)
            {
                var s = L.MultiplyAdd(L.Load(a1 + j, last), x1, L.MultiplyAdd(L.Load(a + j, last), x0, L.Load(y + j, last)));
                L.Store(L.MultiplyAdd(L.Load(a3 + j, last), x3, L.MultiplyAdd(L.Load(a2 + j, last), x2, s)), y + j, last);
            }
        }
    }

    /// <summary>y = α x + y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Axpy(int columns, T alpha, T* x, T* y)
    {
        var factor = L.Broadcast(alpha);
        var j = 0;
        for (; j + L.Count <= columns; j += L.Count)
            L.Store(L.MultiplyAdd(L.Load(x + j), factor, L.Load(y + j)), y + j);
        if (j < columns)
        {
            var mask = L.First(columns - j);
            L.Store(L.MultiplyAdd(L.Load(x + j, mask), factor, L.Load(y + j, mask)), y + j, mask);
        }
    }

    private static void Put(T alpha, T sum, T beta, T* y) => *y = T.IsZero(beta) ? alpha * sum : T.MultiplyAddEstimate(alpha, sum, beta * *y);
}
