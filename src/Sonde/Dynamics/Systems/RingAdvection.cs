using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// The kernel of Lorenz-96, (uᵢ₊₁ − uᵢ₋₂) uᵢ₋₁ − uᵢ + F, with its tangent and adjoint: vectors inside, the ends that wrap
/// round peeled off. Each is written once as the expression at one site, for one number and for a vector of them.
/// </summary>
internal static class RingAdvection
{
    /// <summary>du = (uᵢ₊₁ − uᵢ₋₂) uᵢ₋₁ − uᵢ + F.</summary>
    public static void Evaluate<T>(ReadOnlySpan<T> u, T forcing, Span<T> du) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = u.Length;
        ref var x = ref MemoryMarshal.GetReference(u);
        ref var y = ref MemoryMarshal.GetReference(du[..n]);
        var f = new Vector<T>(forcing);
        var i = 2;
        for (; i <= n - 1 - Vector<T>.Count; i += Vector<T>.Count)
            ((Load(ref x, i + 1) - Load(ref x, i - 2)) * Load(ref x, i - 1) - Load(ref x, i) + f).StoreUnsafe(ref y, (nuint)i);
        for (; i < n - 1; i++)
            du[i] = (u[i + 1] - u[i - 2]) * u[i - 1] - u[i] + forcing;
        du[0] = (u[1] - u[n - 2]) * u[n - 1] - u[0] + forcing;
        du[1] = (u[2] - u[n - 1]) * u[0] - u[1] + forcing;
        du[n - 1] = (u[0] - u[n - 3]) * u[n - 2] - u[n - 1] + forcing;
    }

    /// <summary>w = (vᵢ₊₁ − vᵢ₋₂) uᵢ₋₁ + (uᵢ₊₁ − uᵢ₋₂) vᵢ₋₁ − vᵢ + dF.</summary>
    public static void Tangent<T>(ReadOnlySpan<T> u, ReadOnlySpan<T> v, T dForcing, Span<T> w) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = u.Length;
        ref var x = ref MemoryMarshal.GetReference(u);
        ref var dx = ref MemoryMarshal.GetReference(v[..n]);
        ref var y = ref MemoryMarshal.GetReference(w[..n]);
        var f = new Vector<T>(dForcing);
        var i = 2;
        for (; i <= n - 1 - Vector<T>.Count; i += Vector<T>.Count)
            ((Load(ref dx, i + 1) - Load(ref dx, i - 2)) * Load(ref x, i - 1)
                + (Load(ref x, i + 1) - Load(ref x, i - 2)) * Load(ref dx, i - 1) - Load(ref dx, i) + f).StoreUnsafe(ref y, (nuint)i);
        for (; i < n - 1; i++)
            w[i] = Site(u, v, i, i - 2, i - 1, i + 1) + dForcing;
        w[0] = Site(u, v, 0, n - 2, n - 1, 1) + dForcing;
        w[1] = Site(u, v, 1, n - 1, 0, 2) + dForcing;
        w[n - 1] = Site(u, v, n - 1, n - 3, n - 2, 0) + dForcing;

        static T Site(ReadOnlySpan<T> u, ReadOnlySpan<T> v, int i, int m2, int m1, int p1) =>
            (v[p1] - v[m2]) * u[m1] + (u[p1] - u[m2]) * v[m1] - v[i];
    }

    /// <summary>
    /// vⱼ += uⱼ₋₂ wⱼ₋₁ − uⱼ₊₁ wⱼ₊₂ + (uⱼ₊₂ − uⱼ₋₁) wⱼ₊₁ − wⱼ: the tangent's terms, gathered at the site they come from.
    /// </summary>
    /// <returns>Σ w, the adjoint of F.</returns>
    public static T AddAdjoint<T>(ReadOnlySpan<T> u, ReadOnlySpan<T> w, Span<T> v) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = u.Length;
        ref var x = ref MemoryMarshal.GetReference(u);
        ref var y = ref MemoryMarshal.GetReference(w[..n]);
        ref var xBar = ref MemoryMarshal.GetReference(v[..n]);
        var total = Vector<T>.Zero;
        var j = 2;
        for (; j <= n - 2 - Vector<T>.Count; j += Vector<T>.Count)
        {
            total += Load(ref y, j);
            (Load(ref xBar, j) + (Load(ref x, j - 2) * Load(ref y, j - 1) - Load(ref x, j + 1) * Load(ref y, j + 2)
                + (Load(ref x, j + 2) - Load(ref x, j - 1)) * Load(ref y, j + 1) - Load(ref y, j))).StoreUnsafe(ref xBar, (nuint)j);
        }
        var sum = Vector.Sum(total) + w[0] + w[1] + w[n - 2] + w[n - 1];
        for (; j < n - 2; j++)
        {
            sum += w[j];
            v[j] += Site(u, w, j, j - 2, j - 1, j + 1, j + 2);
        }
        v[0] += Site(u, w, 0, n - 2, n - 1, 1, 2);
        v[1] += Site(u, w, 1, n - 1, 0, 2, 3);
        v[n - 2] += Site(u, w, n - 2, n - 4, n - 3, n - 1, 0);
        v[n - 1] += Site(u, w, n - 1, n - 3, n - 2, 0, 1);
        return sum;

        static T Site(ReadOnlySpan<T> u, ReadOnlySpan<T> w, int j, int m2, int m1, int p1, int p2) =>
            u[m2] * w[m1] - u[p1] * w[p2] + (u[p2] - u[m1]) * w[p1] - w[j];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Load<T>(ref T origin, int index) where T : unmanaged => Vector.LoadUnsafe(ref origin, (nuint)index);
}
