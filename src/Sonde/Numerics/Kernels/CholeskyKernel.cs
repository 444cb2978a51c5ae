using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Cholesky factors by halving: l₁₁ from a₁₁, l₂₁ from l₂₁ l₁₁ᵀ = a₂₁, l₂₂ from a₂₂ − l₂₁ l₂₁ᵀ. Small blocks are
/// factored as u = lᵀ, whose rows are contiguous.
/// </summary>
internal static unsafe class CholeskyKernel<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    private const int Whole = 24;

    /// <summary>Overwrites the lower triangle of a by l; false where a is not positive definite. What lies above is not read, and changes.</summary>
    public static bool Factor(int n, T* a, nint row)
    {
        if (n <= Whole)
            return Small(n, a, row);
        var half = (n / 2 + 7) / 8 * 8;
        T* below = a + half * row, corner = below + half;
        if (!Factor(half, a, row))
            return false;
        Triangular<T, V, L>.Solve(half, new(a, row, 1), true, false, n - half, below, row);
        Product<T, V, L>.Multiply<IdentityFunction<T>>(
            n - half, n - half, half, T.NegativeOne, new(below, row, 1), new(below, 1, row), T.One, corner, row, null, true);
        return Factor(n - half, corner, row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Small(int n, T* a, nint row)
    {
        var width = (n + L.Count - 1) / L.Count * L.Count;
        var u = stackalloc T[Whole * (Whole + 16)];
        new Span<T>(u, n * width).Clear();
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
                u[j * width + i] = a[i * row + j];
        for (var k = 0; k < n; k++)
        {
            var x = u + k * width;
            var pivot = x[k];
            if (!(pivot > T.Zero) || !T.IsFinite(pivot))
                return false;
            var root = T.Sqrt(pivot);
            var start = k - k % L.Count;
            var scale = L.Broadcast(T.One / root);
            for (var j = start; j < width; j += L.Count)
                L.Store(L.Multiply(scale, L.Load(x + j)), x + j);
            x[k] = root;
            for (var i = k + 1; i < n; i++)
            {
                var y = u + i * width;
                var factor = L.Broadcast(x[i]);
                for (var j = i - i % L.Count; j < width; j += L.Count)
                    L.Store(L.MultiplySubtractFrom(factor, L.Load(x + j), L.Load(y + j)), y + j);
            }
        }
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
                a[i * row + j] = u[j * width + i];
        return true;
    }
}
