using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>Functions of the matrices in the lanes of a register, from their eigenvalues d and the rows z of eigenvectors.</summary>
internal static unsafe class LanePower<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>x = zᵀ diag(1 / d) z b, each n registers; work has n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Solve(int n, T* d, T* z, T* b, T* x, T* work)
    {
        nint size = n * L.Count;
        for (nint k = 0; k < size; k += L.Count)
        {
            var sum = L.Zero;
            for (nint j = 0; j < size; j += L.Count)
                sum = L.MultiplyAdd(L.Load(z + k * n + j), L.Load(b + j), sum);
            L.Store(L.Divide(sum, L.Load(d + k)), work + k);
        }
        for (nint j = 0; j < size; j += L.Count)
        {
            var sum = L.Zero;
            for (nint k = 0; k < size; k += L.Count)
                sum = L.MultiplyAdd(L.Load(z + k * n + j), L.Load(work + k), sum);
            L.Store(L.Add(sum, L.Zero), x + j);
        }
    }

    /// <summary>result = Σ f v vᵀ, n × n registers, given √f; destroys z. Tiles that reach past the end repeat the last row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compose(int n, T* rootOfF, T* z, T* result)
    {
        nint row = n * L.Count, last = row - L.Count;
        for (nint k = 0; k < row; k += L.Count)
        {
            var f = L.Load(rootOfF + k);
            for (nint j = 0; j < row; j += L.Count)
                L.Store(L.Multiply(f, L.Load(z + k * n + j)), z + k * n + j);
        }
        for (nint i = 0; i < row; i += 4 * L.Count)
            for (nint j = 0; j <= i; j += 4 * L.Count)
                Tile(n, z, row, result, i, j, last);
    }

    private static void Tile(int n, T* z, nint row, T* result, nint i, nint j, nint last)
    {
        nint i1 = Math.Min(i + L.Count, last), i2 = Math.Min(i + 2 * L.Count, last), i3 = Math.Min(i + 3 * L.Count, last);
        nint j1 = Math.Min(j + L.Count, last), j2 = Math.Min(j + 2 * L.Count, last), j3 = Math.Min(j + 3 * L.Count, last);
        V r00 = L.Zero, r01 = L.Zero, r02 = L.Zero, r03 = L.Zero, r10 = L.Zero, r11 = L.Zero, r12 = L.Zero, r13 = L.Zero;
        V r20 = L.Zero, r21 = L.Zero, r22 = L.Zero, r23 = L.Zero, r30 = L.Zero, r31 = L.Zero, r32 = L.Zero, r33 = L.Zero;
        for (var k = 0; k < n; k++, z += row)
        {
            V y0 = L.Load(z + j), y1 = L.Load(z + j1), y2 = L.Load(z + j2), y3 = L.Load(z + j3);
            var x = L.Load(z + i);
            (r00, r01, r02, r03) = (L.MultiplyAdd(x, y0, r00), L.MultiplyAdd(x, y1, r01), L.MultiplyAdd(x, y2, r02), L.MultiplyAdd(x, y3, r03));
            x = L.Load(z + i1);
            (r10, r11, r12, r13) = (L.MultiplyAdd(x, y0, r10), L.MultiplyAdd(x, y1, r11), L.MultiplyAdd(x, y2, r12), L.MultiplyAdd(x, y3, r13));
            x = L.Load(z + i2);
            (r20, r21, r22, r23) = (L.MultiplyAdd(x, y0, r20), L.MultiplyAdd(x, y1, r21), L.MultiplyAdd(x, y2, r22), L.MultiplyAdd(x, y3, r23));
            x = L.Load(z + i3);
            (r30, r31, r32, r33) = (L.MultiplyAdd(x, y0, r30), L.MultiplyAdd(x, y1, r31), L.MultiplyAdd(x, y2, r32), L.MultiplyAdd(x, y3, r33));
        }
        Put(n, result, i, j, j1, j2, j3, r00, r01, r02, r03);
        Put(n, result, i1, j, j1, j2, j3, r10, r11, r12, r13);
        Put(n, result, i2, j, j1, j2, j3, r20, r21, r22, r23);
        Put(n, result, i3, j, j1, j2, j3, r30, r31, r32, r33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(int n, T* result, nint i, nint j0, nint j1, nint j2, nint j3, V r0, V r1, V r2, V r3)
    {
        Put(n, result, i, j0, r0);
        Put(n, result, i, j1, r1);
        Put(n, result, i, j2, r2);
        Put(n, result, i, j3, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(int n, T* result, nint i, nint j, V r)
    {
        r = L.Add(r, L.Zero);                                           // no zero keeps a sign that depends on other lanes
        L.Store(r, result + i * n + j);
        L.Store(r, result + j * n + i);
    }
}
