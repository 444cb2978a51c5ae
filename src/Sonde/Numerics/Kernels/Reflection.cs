using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>Householder reflections H = I − τ v vᵀ of rows that are padded with zeros to whole registers.</summary>
internal static unsafe class Reflection<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>z ← z H for some rows; v is zero before <paramref name="first"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(int rows, T* z, nint rowOfZ, int first, int width, T* v, T tau)
    {
        var start = first - first % L.Count;
        for (; rows >= 4; rows -= 4, z += 4 * rowOfZ)
        {
            T* z1 = z + rowOfZ, z2 = z1 + rowOfZ, z3 = z2 + rowOfZ;
            V s0 = L.Zero, s1 = L.Zero, s2 = L.Zero, s3 = L.Zero;
            for (var j = start; j < width; j += L.Count)
            {
                var vj = L.Load(v + j);
                s0 = L.MultiplyAdd(L.Load(z + j), vj, s0);
                s1 = L.MultiplyAdd(L.Load(z1 + j), vj, s1);
                s2 = L.MultiplyAdd(L.Load(z2 + j), vj, s2);
                s3 = L.MultiplyAdd(L.Load(z3 + j), vj, s3);
            }
            V t0 = L.Broadcast(tau * L.Sum(s0)), t1 = L.Broadcast(tau * L.Sum(s1));
            V t2 = L.Broadcast(tau * L.Sum(s2)), t3 = L.Broadcast(tau * L.Sum(s3));
            for (var j = start; j < width; j += L.Count)
            {
                var vj = L.Load(v + j);
                L.Store(L.MultiplySubtractFrom(t0, vj, L.Load(z + j)), z + j);
                L.Store(L.MultiplySubtractFrom(t1, vj, L.Load(z1 + j)), z1 + j);
                L.Store(L.MultiplySubtractFrom(t2, vj, L.Load(z2 + j)), z2 + j);
                L.Store(L.MultiplySubtractFrom(t3, vj, L.Load(z3 + j)), z3 + j);
            }
        }
        for (; rows > 0; rows--, z += rowOfZ)
        {
            var s = L.Zero;
            for (var j = start; j < width; j += L.Count)
                s = L.MultiplyAdd(L.Load(z + j), L.Load(v + j), s);
            var t = L.Broadcast(tau * L.Sum(s));
            for (var j = start; j < width; j += L.Count)
                L.Store(L.MultiplySubtractFrom(t, L.Load(v + j), L.Load(z + j)), z + j);
        }
    }

    /// <summary>
    /// Reduces row-wise a = l q: overwrites the m ≤ width padded rows of a by l and keeps the reflections in v, as wide, and
    /// tau. Rows should be of moderate size.
    /// </summary>
    /// <returns>The first row that depends on those before it, or m.</returns>
    public static int Factor(int m, int width, T* a, int row, T* v, T* tau)
    {
        var dependent = m;
        var epsilon = T.CreateChecked(width) * (T.BitIncrement(T.One) - T.One);
        var negligible = Thresholds<T>.Negligible * Thresholds<T>.Negligible;
        for (var k = 0; k < m; k++)
        {
            T* x = a + (nint)k * row, u = v + (nint)k * row;
            var all = Square(row, 0, x);
            new Span<T>(u, k).Clear();
            new Span<T>(x + k, row - k).CopyTo(new Span<T>(u + k, row - k));
            u[k] = T.Zero;
            var (alpha, rest) = (x[k], Square(row, k, u));
            tau[k] = T.Zero;
            if (rest > negligible)
            {
                var norm = T.Sqrt(T.MultiplyAddEstimate(alpha, alpha, rest));
                var beta = T.IsNegative(alpha) ? norm : -norm;
                u[k] = alpha - beta;
                tau[k] = T.One / (beta * (beta - alpha));
                x[k] = beta;
            }
            new Span<T>(x + k + 1, row - k - 1).Clear();
            if (dependent == m && !(T.Abs(x[k]) > epsilon * T.Sqrt(all)))
                dependent = k;
            if (!T.IsZero(tau[k]))
                Apply(m - k - 1, x + row, row, k, row, u, tau[k]);
        }
        return dependent;
    }

    /// <summary>Rows first … first + count − 1 of q, padded, given the reflections of m rows.</summary>
    public static void Rows(int m, int first, int count, T* q, int row, T* v, T* tau)
    {
        new Span<T>(q, count * row).Clear();
        for (var i = 0; i < count; i++)
            q[(nint)i * row + first + i] = T.One;
        for (var k = m - 1; k >= 0; k--)
        {
            var untouched = Math.Min(Math.Max(k - first, 0), count);    // rows that are still unit vectors v does not see
            if (!T.IsZero(tau[k]))
                Apply(count - untouched, q + (nint)untouched * row, row, k, row, v + (nint)k * row, tau[k]);
        }
    }

    private static T Square(int row, int first, T* x)
    {
        var sum = L.Zero;
        for (var j = first - first % L.Count; j < row; j += L.Count)
            sum = L.MultiplyAdd(L.Load(x + j), L.Load(x + j), sum);
        return L.Sum(sum);
    }
}
