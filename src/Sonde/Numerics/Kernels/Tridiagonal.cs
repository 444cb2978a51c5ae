using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Reduces a symmetric matrix to tridiagonal form a = q t qᵀ with Householder reflections H = I − τ v vᵀ. Each pass over the
/// matrix does the update of one step and the product of the next. Rows are padded with zeros to whole registers, and three
/// rows of zeros follow the last, so that no loop has a remainder.
/// Golub, Van Loan, Matrix Computations, 4th ed., §8.3.1.
/// </summary>
internal static unsafe class Tridiagonal<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>Numbers beyond a row that are read four at a time.</summary>
    public const int Spare = 16;

    /// <summary>Rows of a padded matrix.</summary>
    public static int PaddedRows(int n) => n + 3;

    /// <summary>Reduces a, n × n with rows <paramref name="row"/> apart; row k of a keeps v of step k.</summary>
    /// <param name="n">The size.</param>
    /// <param name="a">Both triangles, padded.</param>
    /// <param name="row">The padded width.</param>
    /// <param name="d">The diagonal of t.</param>
    /// <param name="e">What stands beside the diagonal.</param>
    /// <param name="tau">τ of each step.</param>
    /// <param name="work">3 × (row + <see cref="Spare"/>) numbers.</param>
    public static void Reduce(int n, T* a, int row, T* d, T* e, T* tau, T* work)
    {
        T* v = work, w = v + row + Spare, p = w + row + Spare;
        new Span<T>(work, 3 * (row + Spare)).Clear();
        var negligible = Thresholds<T>.Negligible * Thresholds<T>.Negligible;
        var pending = false;                                            // rows from k on still lack a −= v wᵀ + w vᵀ
        for (var k = 0; k < n; k++)
        {
            var x = a + (nint)k * row;
            if (pending)
                UpdateRow(row, x, v[k], w, w[k], v);
            d[k] = x[k];
            if (k == n - 1)
                break;
            var alpha = x[k + 1];
            new Span<T>(x, k + 2).Clear();
            var rest = SumOfSquares(row, k + 2, x);
            if (rest <= negligible)
            {
                (e[k], tau[k]) = (alpha, T.Zero);
                for (var r = k + 1; r < n && pending; r++)
                    UpdateRow(row, a + (nint)r * row, v[r], w, w[r], v);
                pending = false;
                continue;
            }
            var norm = T.Sqrt(T.MultiplyAddEstimate(alpha, alpha, rest));
            var beta = T.IsNegative(alpha) ? norm : -norm;
            e[k] = beta;
            x[k + 1] = alpha - beta;
            tau[k] = T.One / (beta * (beta - alpha));
            if (pending)
                UpdateAndMultiply(n, k + 1, a, row, v, w, x, p);
            else
                Multiply(n, k + 1, a, row, x, p);
            new Span<T>(x, row).CopyTo(new Span<T>(v, row));
            Finish(n, row, k + 1, v, p, tau[k], w);
            pending = true;
        }
    }

    private static T SumOfSquares(int row, int first, T* x)
    {
        var sum = L.Zero;
        for (var j = first - first % L.Count; j < row; j += L.Count)
            sum = L.MultiplyAdd(L.Load(x + j), L.Load(x + j), sum);
        return L.Sum(sum);
    }

    /// <summary>w = τ p − ½ τ² (vᵀ p) v.</summary>
    private static void Finish(int n, int row, int first, T* v, T* p, T tau, T* w)
    {
        new Span<T>(p, first).Clear();
        new Span<T>(p + n, row + Spare - n).Clear();
        first -= first % L.Count;
        var sum = L.Zero;
        for (var j = first; j < row; j += L.Count)
            sum = L.MultiplyAdd(L.Load(v + j), L.Load(p + j), sum);
        var (scale, shift) = (L.Broadcast(tau), L.Broadcast(tau * (tau * L.Sum(sum)) / (T.One + T.One)));
        for (var j = 0; j < first; j += L.Count)
            L.Store(L.Zero, w + j);
        for (var j = first; j < row; j += L.Count)
            L.Store(L.MultiplySubtractFrom(shift, L.Load(v + j), L.Multiply(scale, L.Load(p + j))), w + j);
    }

    /// <summary>x −= s w + t v.</summary>
    private static void UpdateRow(int row, T* x, T s, T* w, T t, T* v)
    {
        V vs = L.Broadcast(s), vt = L.Broadcast(t);
        for (var j = 0; j < row; j += L.Count)
            L.Store(L.MultiplySubtractFrom(vt, L.Load(v + j), L.MultiplySubtractFrom(vs, L.Load(w + j), L.Load(x + j))), x + j);
    }

    /// <summary>Rows from <paramref name="first"/> on: a −= v wᵀ + w vᵀ, then p = a u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UpdateAndMultiply(int n, int first, T* a, int row, T* v, T* w, T* u, T* p)
    {
        var start = first - first % L.Count;
        for (var r = first; r < n; r += 4)
        {
            T* a0 = a + (nint)r * row, a1 = a0 + row, a2 = a1 + row, a3 = a2 + row;
            V v0 = L.Broadcast(v[r]), v1 = L.Broadcast(v[r + 1]), v2 = L.Broadcast(v[r + 2]), v3 = L.Broadcast(v[r + 3]);
            V w0 = L.Broadcast(w[r]), w1 = L.Broadcast(w[r + 1]), w2 = L.Broadcast(w[r + 2]), w3 = L.Broadcast(w[r + 3]);
            V p0 = L.Zero, p1 = L.Zero, p2 = L.Zero, p3 = L.Zero;
            for (var j = start; j < row; j += L.Count)
            {
                V vj = L.Load(v + j), wj = L.Load(w + j), uj = L.Load(u + j);
                var x0 = L.MultiplySubtractFrom(w0, vj, L.MultiplySubtractFrom(v0, wj, L.Load(a0 + j)));
                var x1 = L.MultiplySubtractFrom(w1, vj, L.MultiplySubtractFrom(v1, wj, L.Load(a1 + j)));
                var x2 = L.MultiplySubtractFrom(w2, vj, L.MultiplySubtractFrom(v2, wj, L.Load(a2 + j)));
                var x3 = L.MultiplySubtractFrom(w3, vj, L.MultiplySubtractFrom(v3, wj, L.Load(a3 + j)));
                L.Store(x0, a0 + j);
                L.Store(x1, a1 + j);
                L.Store(x2, a2 + j);
                L.Store(x3, a3 + j);
                p0 = L.MultiplyAdd(x0, uj, p0);
                p1 = L.MultiplyAdd(x1, uj, p1);
                p2 = L.MultiplyAdd(x2, uj, p2);
                p3 = L.MultiplyAdd(x3, uj, p3);
            }
            (p[r], p[r + 1], p[r + 2], p[r + 3]) = (L.Sum(p0), L.Sum(p1), L.Sum(p2), L.Sum(p3));
        }
    }

    /// <summary>Rows from <paramref name="first"/> on: p = a u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(int n, int first, T* a, int row, T* u, T* p)
    {
        var start = first - first % L.Count;
        for (var r = first; r < n; r += 4)
        {
            T* a0 = a + (nint)r * row, a1 = a0 + row, a2 = a1 + row, a3 = a2 + row;
            V p0 = L.Zero, p1 = L.Zero, p2 = L.Zero, p3 = L.Zero;
            for (var j = start; j < row; j += L.Count)
            {
                var uj = L.Load(u + j);
                p0 = L.MultiplyAdd(L.Load(a0 + j), uj, p0);
                p1 = L.MultiplyAdd(L.Load(a1 + j), uj, p1);
                p2 = L.MultiplyAdd(L.Load(a2 + j), uj, p2);
                p3 = L.MultiplyAdd(L.Load(a3 + j), uj, p3);
            }
            (p[r], p[r + 1], p[r + 2], p[r + 3]) = (L.Sum(p0), L.Sum(p1), L.Sum(p2), L.Sum(p3));
        }
    }

    /// <summary>z = qᵀ, from the reflections that <see cref="Reduce"/> left in a; its rows are padded.</summary>
    public static void Accumulate(int n, T* a, int row, T* tau, T* z)
    {
        new Span<T>(z, row * n).Clear();
        for (var i = 0; i < n; i++)
            z[(nint)i * row + i] = T.One;
        for (var k = n - 3; k >= 0; k--)
        {
            if (T.IsZero(tau[k]))
                continue;
            Reflection<T, V, L>.Apply(n - k - 1, z + (nint)(k + 1) * row, row, k + 1, row, a + (nint)k * row, tau[k]);
        }
    }
}
