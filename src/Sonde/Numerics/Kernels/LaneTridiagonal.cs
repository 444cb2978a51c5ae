using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Reduces as many symmetric matrices as a register has lanes to tridiagonal form at once: number (i, j) of all of them is
/// one register, at a + (i n + j) Count. What happens in a lane depends on that lane alone. Rows are taken four at a time;
/// where fewer remain the last is repeated, which writes the same numbers again.
/// </summary>
internal static unsafe class LaneTridiagonal<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>a = q t qᵀ: d and e are t, tau and the rows of a hold the reflections; work has 2 n registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reduce(int n, T* a, T* d, T* e, T* tau, T* work)
    {
        T* p = work, w = work + n * L.Count;
        V one = L.Broadcast(T.One), half = L.Broadcast(T.One / (T.One + T.One)), none = L.Broadcast(Thresholds<T>.Negligible * Thresholds<T>.Negligible);
        for (var k = 0; k < n; k++)
        {
            var v = At(a, n, k, 0);
            L.Store(Get(v, k), d + k * L.Count);
            if (k == n - 1)
                break;
            var alpha = Get(v, k + 1);
            var rest = L.Zero;
            for (var j = k + 2; j < n; j++)
                rest = L.MultiplyAdd(Get(v, j), Get(v, j), rest);
            var small = L.LessThanOrEqual(rest, none);
            var norm = L.Sqrt(L.MultiplyAdd(alpha, alpha, rest));
            var beta = L.Select(L.LessThan(alpha, L.Zero), norm, L.Negate(norm));
            var head = L.Select(small, L.Zero, L.Subtract(alpha, beta));
            var t = L.Select(small, L.Zero, L.Divide(one, L.Multiply(beta, L.Subtract(beta, alpha))));
            L.Store(L.Select(small, alpha, beta), e + k * L.Count);
            L.Store(head, v + (k + 1) * L.Count);
            L.Store(t, tau + k * L.Count);
            if (k == n - 2)
                continue;
            Multiply(n, k + 1, a, v, p);
            var sum = L.Zero;
            for (var j = k + 1; j < n; j++)
                sum = L.MultiplyAdd(Get(v, j), Get(p, j), sum);
            var shift = L.Multiply(L.Multiply(half, t), L.Multiply(t, sum));
            for (var j = k + 1; j < n; j++)                             // w = τ p − ½ τ² (vᵀ p) v
                L.Store(L.MultiplySubtractFrom(shift, Get(v, j), L.Multiply(t, Get(p, j))), w + j * L.Count);
            Update(n, k + 1, a, v, w);
        }
    }

    /// <summary>z = qᵀ.</summary>
    public static void Accumulate(int n, T* a, T* tau, T* z)
    {
        new Span<T>(z, n * n * L.Count).Clear();
        for (var i = 0; i < n; i++)
            L.Store(L.Broadcast(T.One), At(z, n, i, i));
        for (var k = n - 3; k >= 0; k--)
            Reflect(n, k + 1, z, At(a, n, k, 0), Get(tau, k));
    }

    /// <summary>Rows and columns from <paramref name="first"/> on: p = a v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(int n, int first, T* a, T* v, T* p)
    {
        for (var r = first; r < n; r += 4)
        {
            int r1 = Math.Min(r + 1, n - 1), r2 = Math.Min(r + 2, n - 1), r3 = Math.Min(r + 3, n - 1);
            T* a0 = At(a, n, r, 0), a1 = At(a, n, r1, 0), a2 = At(a, n, r2, 0), a3 = At(a, n, r3, 0);
            V p0 = L.Zero, p1 = L.Zero, p2 = L.Zero, p3 = L.Zero;
            for (nint j = first * L.Count; j < n * L.Count; j += L.Count)
            {
                var vj = L.Load(v + j);
                p0 = L.MultiplyAdd(L.Load(a0 + j), vj, p0);
                p1 = L.MultiplyAdd(L.Load(a1 + j), vj, p1);
                p2 = L.MultiplyAdd(L.Load(a2 + j), vj, p2);
                p3 = L.MultiplyAdd(L.Load(a3 + j), vj, p3);
            }
            L.Store(p0, p + r * L.Count);
            L.Store(p1, p + r1 * L.Count);
            L.Store(p2, p + r2 * L.Count);
            L.Store(p3, p + r3 * L.Count);
        }
    }

    /// <summary>Rows and columns from <paramref name="first"/> on: a −= v wᵀ + w vᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update(int n, int first, T* a, T* v, T* w)
    {
        for (var r = first; r < n; r += 4)
        {
            int r1 = Math.Min(r + 1, n - 1), r2 = Math.Min(r + 2, n - 1), r3 = Math.Min(r + 3, n - 1);
            T* a0 = At(a, n, r, 0), a1 = At(a, n, r1, 0), a2 = At(a, n, r2, 0), a3 = At(a, n, r3, 0);
            V v0 = Get(v, r), v1 = Get(v, r1), v2 = Get(v, r2), v3 = Get(v, r3);
            V w0 = Get(w, r), w1 = Get(w, r1), w2 = Get(w, r2), w3 = Get(w, r3);
            for (nint j = first * L.Count; j < n * L.Count; j += L.Count)
            {
                V vj = L.Load(v + j), wj = L.Load(w + j);
                var x0 = L.MultiplySubtractFrom(w0, vj, L.MultiplySubtractFrom(v0, wj, L.Load(a0 + j)));
                var x1 = L.MultiplySubtractFrom(w1, vj, L.MultiplySubtractFrom(v1, wj, L.Load(a1 + j)));
                var x2 = L.MultiplySubtractFrom(w2, vj, L.MultiplySubtractFrom(v2, wj, L.Load(a2 + j)));
                var x3 = L.MultiplySubtractFrom(w3, vj, L.MultiplySubtractFrom(v3, wj, L.Load(a3 + j)));
                L.Store(x0, a0 + j);
                L.Store(x1, a1 + j);
                L.Store(x2, a2 + j);
                L.Store(x3, a3 + j);
            }
        }
    }

    /// <summary>Rows and columns from <paramref name="first"/> on: z −= τ (z v) vᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Reflect(int n, int first, T* z, T* v, V tau)
    {
        for (var r = first; r < n; r += 4)
        {
            int r1 = Math.Min(r + 1, n - 1), r2 = Math.Min(r + 2, n - 1), r3 = Math.Min(r + 3, n - 1);
            T* z0 = At(z, n, r, 0), z1 = At(z, n, r1, 0), z2 = At(z, n, r2, 0), z3 = At(z, n, r3, 0);
            V s0 = L.Zero, s1 = L.Zero, s2 = L.Zero, s3 = L.Zero;
            for (nint j = first * L.Count; j < n * L.Count; j += L.Count)
            {
                var vj = L.Load(v + j);
                s0 = L.MultiplyAdd(L.Load(z0 + j), vj, s0);
                s1 = L.MultiplyAdd(L.Load(z1 + j), vj, s1);
                s2 = L.MultiplyAdd(L.Load(z2 + j), vj, s2);
                s3 = L.MultiplyAdd(L.Load(z3 + j), vj, s3);
            }
            (s0, s1, s2, s3) = (L.Multiply(tau, s0), L.Multiply(tau, s1), L.Multiply(tau, s2), L.Multiply(tau, s3));
            for (nint j = first * L.Count; j < n * L.Count; j += L.Count)
            {
                var vj = L.Load(v + j);
                var y0 = L.MultiplySubtractFrom(s0, vj, L.Load(z0 + j));
                var y1 = L.MultiplySubtractFrom(s1, vj, L.Load(z1 + j));
                var y2 = L.MultiplySubtractFrom(s2, vj, L.Load(z2 + j));
                var y3 = L.MultiplySubtractFrom(s3, vj, L.Load(z3 + j));
                L.Store(y0, z0 + j);
                L.Store(y1, z1 + j);
                L.Store(y2, z2 + j);
                L.Store(y3, z3 + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* At(T* matrix, int n, int i, int j) => matrix + ((nint)i * n + j) * L.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Get(T* vector, int i) => L.Load(vector + (nint)i * L.Count);
}
