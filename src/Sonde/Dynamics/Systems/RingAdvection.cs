using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// The kernel of the Lorenz-96 models on a ring, a (uᵢ₊₁ − uᵢ₋₂) uᵢ₋₁ − c uᵢ + f, with its tangent and adjoint. A direction of −1
/// mirrors the ring: i + 1 stands for i − 1. Vectors inside, the ends that wrap round one by one. Rings have 4 sites or more.
/// </summary>
internal static class RingAdvection
{
    /// <summary>du = a (uᵢ₊₁ − uᵢ₋₂) uᵢ₋₁ − c uᵢ + f.</summary>
    public static void Evaluate<T>(ReadOnlySpan<T> u, int direction, T a, T c, T f, Span<T> du) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (n, d) = (u.Length, direction);
        ref var x = ref MemoryMarshal.GetReference(u);
        ref var y = ref MemoryMarshal.GetReference(du[..n]);
        var va = new Vector<T>(a);
        var vc = new Vector<T>(c);
        var vf = new Vector<T>(f);
        var i = 2;
        for (; i <= n - 2 - Vector<T>.Count; i += Vector<T>.Count)
            Store(va * ((Load(ref x, i + d) - Load(ref x, i - 2 * d)) * Load(ref x, i - d)) - vc * Load(ref x, i) + vf, ref y, i);
        for (; i < n - 2; i++)
            du[i] = Site(u[i + d], u[i - 2 * d], u[i - d], u[i]);
        var (l4, l3, l2, l1) = (u[n - 4], u[n - 3], u[n - 2], u[n - 1]);        // the last sites, and those before the first
        var (r0, r1, r2, r3) = (u[0], u[1], u[2], u[3]);
        du[n - 2] = d > 0 ? Site(l1, l4, l3, l2) : Site(l3, r0, l1, l2);
        du[n - 1] = d > 0 ? Site(r0, l3, l2, l1) : Site(l2, r1, r0, l1);
        du[0] = d > 0 ? Site(r1, l2, l1, r0) : Site(l1, r2, r1, r0);
        du[1] = d > 0 ? Site(r2, l1, r0, r1) : Site(r0, r3, r2, r1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        T Site(T p1, T m2, T m1, T at) => a * ((p1 - m2) * m1) - c * at + f;
    }

    /// <summary>w = a [(vᵢ₊₁ − vᵢ₋₂) uᵢ₋₁ + (uᵢ₊₁ − uᵢ₋₂) vᵢ₋₁] − c vᵢ + f.</summary>
    public static void Tangent<T>(ReadOnlySpan<T> u, ReadOnlySpan<T> v, int direction, T a, T c, T f, Span<T> w)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (n, d) = (u.Length, direction);
        ref var x = ref MemoryMarshal.GetReference(u);
        ref var dx = ref MemoryMarshal.GetReference(v[..n]);
        ref var y = ref MemoryMarshal.GetReference(w[..n]);
        var va = new Vector<T>(a);
        var vc = new Vector<T>(c);
        var vf = new Vector<T>(f);
        var i = 2;
        for (; i <= n - 2 - Vector<T>.Count; i += Vector<T>.Count)
        {
            var first = (Load(ref dx, i + d) - Load(ref dx, i - 2 * d)) * Load(ref x, i - d);
            var second = (Load(ref x, i + d) - Load(ref x, i - 2 * d)) * Load(ref dx, i - d);
            Store(va * (first + second) - vc * Load(ref dx, i) + vf, ref y, i);
        }
        for (; i < n - 2; i++)
            w[i] = Site(u, v, i);
        w[n - 2] = Site(u, v, -2);
        w[n - 1] = Site(u, v, -1);
        w[0] = Site(u, v, 0);
        w[1] = Site(u, v, 1);

        T Site(ReadOnlySpan<T> u, ReadOnlySpan<T> v, int i)
        {
            var (m2, m1, p1) = (At(i - 2 * d, n), At(i - d, n), At(i + d, n));
            return a * ((v[p1] - v[m2]) * u[m1] + (u[p1] - u[m2]) * v[m1]) - c * v[At(i, n)] + f;
        }
    }

    /// <summary>
    /// vⱼ += a [uⱼ₋₂ wⱼ₋₁ − uⱼ₊₁ wⱼ₊₂ + (uⱼ₊₂ − uⱼ₋₁) wⱼ₊₁] − c wⱼ: the tangent's terms, gathered at the site they come from.
    /// </summary>
    public static void AddAdjoint<T>(ReadOnlySpan<T> u, ReadOnlySpan<T> w, int direction, T a, T c, Span<T> v)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (n, d) = (u.Length, direction);
        ref var x = ref MemoryMarshal.GetReference(u);
        ref var y = ref MemoryMarshal.GetReference(w[..n]);
        ref var xBar = ref MemoryMarshal.GetReference(v[..n]);
        var va = new Vector<T>(a);
        var vc = new Vector<T>(c);
        var j = 2;
        for (; j <= n - 2 - Vector<T>.Count; j += Vector<T>.Count)
        {
            var ends = Load(ref x, j - 2 * d) * Load(ref y, j - d) - Load(ref x, j + d) * Load(ref y, j + 2 * d);
            var middle = (Load(ref x, j + 2 * d) - Load(ref x, j - d)) * Load(ref y, j + d);
            Store(Load(ref xBar, j) + (va * (ends + middle) - vc * Load(ref y, j)), ref xBar, j);
        }
        for (; j < n - 2; j++)
            v[j] += Site(u[j - 2 * d], u[j - d], u[j + d], u[j + 2 * d], w[j - d], w[j + d], w[j + 2 * d], w[j]);
        var (k4, k3, k2, k1, u0, u1, u2, u3) = (u[n - 4], u[n - 3], u[n - 2], u[n - 1], u[0], u[1], u[2], u[3]);
        var (l4, l3, l2, l1, w0, w1, w2, w3) = (w[n - 4], w[n - 3], w[n - 2], w[n - 1], w[0], w[1], w[2], w[3]);
        v[n - 2] += d > 0 ? Site(k4, k3, k1, u0, l3, l1, w0, l2) : Site(u0, k1, k3, k4, l1, l3, l4, l2);
        v[n - 1] += d > 0 ? Site(k3, k2, u0, u1, l2, w0, w1, l1) : Site(u1, u0, k2, k3, w0, l2, l3, l1);
        v[0] += d > 0 ? Site(k2, k1, u1, u2, l1, w1, w2, w0) : Site(u2, u1, k1, k2, w1, l1, l2, w0);
        v[1] += d > 0 ? Site(k1, u0, u2, u3, w0, w2, w3, w1) : Site(u3, u2, u0, k1, w2, w0, l1, w1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        T Site(T m2, T m1, T p1, T p2, T wm1, T wp1, T wp2, T at) => a * (m2 * wm1 - p1 * wp2 + (p2 - m1) * wp1) - c * at;
    }

    /// <summary>The site i, counted round the ring from −4 to 3.</summary>
    private static int At(int i, int n) => i < 0 ? i + n : i;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Load<T>(ref T origin, int index) where T : unmanaged => Vector.LoadUnsafe(ref origin, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector<T> value, ref T origin, int index) where T : unmanaged => value.StoreUnsafe(ref origin, (nuint)index);
}
