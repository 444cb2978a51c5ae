using System.Runtime.CompilerServices;
using Sonde.Numerics.Kernels;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// The ensemble transforms of several points at once, one in each lane of a register: what a lane gets depends on nothing in
/// the others. A "row of registers" is N of them, and s², V, λ are as in <see cref="EnsembleSpectrum"/>.
/// </summary>
internal static unsafe class LaneTransform<V, L>
    where V : unmanaged
    where L : struct, ILanes<double, V>
{
    /// <summary>Y Yᵀ and Y d of each lane from observations that all of them share, with weights of its own.</summary>
    /// <param name="size">N.</param>
    /// <param name="count">m, observations.</param>
    /// <param name="y">Predicted anomalies, [m, N].</param>
    /// <param name="d">Departures, [m].</param>
    /// <param name="weights">m registers; 0 where an observation does not reach a lane's point.</param>
    /// <param name="gram">Σ w y yᵀ, N × N registers.</param>
    /// <param name="product">Σ w d y, N registers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gram(int size, int count, double* y, double* d, double* weights, double* gram, double* product)
    {
        for (var i = 0; i < size; i += 4)
        {
            for (var j = 0; j <= i; j += 4)
                Tile(size, count, y, weights, gram, i, j);
            Column(size, count, y, d, weights, product, i);
        }
    }

    /// <summary>V Y d, N registers.</summary>
    /// <param name="size">N.</param>
    /// <param name="directions">V, N × N registers.</param>
    /// <param name="product">Y d, N registers.</param>
    /// <param name="projections">N registers.</param>
    public static void Project(int size, double* directions, double* product, double* projections) =>
        MultiplyRows(size, directions, product, projections);

    /// <summary>What <see cref="Apply"/> needs, and tr(HK), from s² and V Y d.</summary>
    /// <param name="size">N.</param>
    /// <param name="inflation">λ, a register.</param>
    /// <param name="squares">s², N registers; what rounding made negative counts as zero.</param>
    /// <param name="projections">V Y d; becomes λ² V Y d / (λ²s² + N − 1).</param>
    /// <param name="spread">Becomes λ √((N − 1) / (λ²s² + N − 1)).</param>
    /// <param name="degrees">Becomes Σ λ²s² / (λ²s² + N − 1), a register.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Factors(int size, double* inflation, double* squares, double* projections, double* spread, double* degrees)
    {
        V factor = L.Load(inflation), variance = L.Multiply(factor, factor), least = L.Broadcast(size - 1), sum = L.Zero;
        for (nint k = 0; k < size * L.Count; k += L.Count)
        {
            var signal = L.Multiply(variance, L.Max(L.Load(squares + k), L.Zero));
            var precision = L.Add(signal, least);
            sum = L.Add(sum, L.Divide(signal, precision));
            L.Store(L.Divide(L.Multiply(variance, L.Load(projections + k)), precision), projections + k);
            L.Store(L.Multiply(factor, L.Sqrt(L.Divide(least, precision))), spread + k);
        }
        L.Store(sum, degrees);
    }

    /// <summary>x ← x̄ + (λ W + 1 w̄ᵀ) (x − x̄) for the members' values at each lane's point.</summary>
    /// <param name="size">N.</param>
    /// <param name="directions">V, N × N registers.</param>
    /// <param name="projections">From <see cref="Factors"/>.</param>
    /// <param name="spread">From <see cref="Factors"/>.</param>
    /// <param name="x">N registers.</param>
    /// <param name="work">N registers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(int size, double* directions, double* projections, double* spread, double* x, double* work)
    {
        nint row = size * L.Count;
        var mean = L.Zero;
        for (nint n = 0; n < row; n += L.Count)
            mean = L.Add(mean, L.Load(x + n));
        mean = L.Divide(mean, L.Broadcast(size));
        for (nint n = 0; n < row; n += L.Count)
            L.Store(L.Subtract(L.Load(x + n), mean), x + n);
        MultiplyRows(size, directions, x, work);
        for (nint k = 0; k < row; k += L.Count)
        {
            var along = L.Load(work + k);
            mean = L.MultiplyAdd(L.Load(projections + k), along, mean);
            L.Store(L.Multiply(L.Load(spread + k), along), work + k);
        }
        for (nint n = 0; n < row; n += 4 * L.Count)
        {
            nint n1 = Math.Min(n + L.Count, row - L.Count), n2 = Math.Min(n + 2 * L.Count, row - L.Count), n3 = Math.Min(n + 3 * L.Count, row - L.Count);
            V r0 = L.Zero, r1 = L.Zero, r2 = L.Zero, r3 = L.Zero;
            var v = directions;
            for (nint k = 0; k < row; k += L.Count, v += row)
            {
                var h = L.Load(work + k);
                r0 = L.MultiplyAdd(h, L.Load(v + n), r0);
                r1 = L.MultiplyAdd(h, L.Load(v + n1), r1);
                r2 = L.MultiplyAdd(h, L.Load(v + n2), r2);
                r3 = L.MultiplyAdd(h, L.Load(v + n3), r3);
            }
            L.Store(L.Add(mean, r0), x + n);
            L.Store(L.Add(mean, r1), x + n1);
            L.Store(L.Add(mean, r2), x + n2);
            L.Store(L.Add(mean, r3), x + n3);
        }
    }

    /// <summary>result = a x; a has N rows of registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows(int size, double* a, double* x, double* result)
    {
        nint row = size * L.Count;
        for (var k = 0; k < size; k += 4)
        {
            int k1 = Math.Min(k + 1, size - 1), k2 = Math.Min(k + 2, size - 1), k3 = Math.Min(k + 3, size - 1);
            double* a0 = a + k * row, a1 = a + k1 * row, a2 = a + k2 * row, a3 = a + k3 * row;
            V r0 = L.Zero, r1 = L.Zero, r2 = L.Zero, r3 = L.Zero;
            for (nint n = 0; n < row; n += L.Count)
            {
                var value = L.Load(x + n);
                r0 = L.MultiplyAdd(value, L.Load(a0 + n), r0);
                r1 = L.MultiplyAdd(value, L.Load(a1 + n), r1);
                r2 = L.MultiplyAdd(value, L.Load(a2 + n), r2);
                r3 = L.MultiplyAdd(value, L.Load(a3 + n), r3);
            }
            L.Store(r0, result + k * L.Count);
            L.Store(r1, result + k1 * L.Count);
            L.Store(r2, result + k2 * L.Count);
            L.Store(r3, result + k3 * L.Count);
        }
    }

    /// <summary>Rows i … i + 3 and columns j … j + 3 of both triangles; tiles that reach past the end repeat the last row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(int size, int count, double* y, double* weights, double* gram, int i, int j)
    {
        int last = size - 1, i1 = Math.Min(i + 1, last), i2 = Math.Min(i + 2, last), i3 = Math.Min(i + 3, last);
        int j1 = Math.Min(j + 1, last), j2 = Math.Min(j + 2, last), j3 = Math.Min(j + 3, last);
        V r00 = L.Zero, r01 = L.Zero, r02 = L.Zero, r03 = L.Zero, r10 = L.Zero, r11 = L.Zero, r12 = L.Zero, r13 = L.Zero;
        V r20 = L.Zero, r21 = L.Zero, r22 = L.Zero, r23 = L.Zero, r30 = L.Zero, r31 = L.Zero, r32 = L.Zero, r33 = L.Zero;
        for (var k = 0; k < count; k++, y += size, weights += L.Count)
        {
            V w = L.Load(weights), y0 = L.Broadcast(y[j]), y1 = L.Broadcast(y[j1]), y2 = L.Broadcast(y[j2]), y3 = L.Broadcast(y[j3]);
            var x = L.Multiply(w, L.Broadcast(y[i]));
            (r00, r01, r02, r03) = (L.MultiplyAdd(x, y0, r00), L.MultiplyAdd(x, y1, r01), L.MultiplyAdd(x, y2, r02), L.MultiplyAdd(x, y3, r03));
            x = L.Multiply(w, L.Broadcast(y[i1]));
            (r10, r11, r12, r13) = (L.MultiplyAdd(x, y0, r10), L.MultiplyAdd(x, y1, r11), L.MultiplyAdd(x, y2, r12), L.MultiplyAdd(x, y3, r13));
            x = L.Multiply(w, L.Broadcast(y[i2]));
            (r20, r21, r22, r23) = (L.MultiplyAdd(x, y0, r20), L.MultiplyAdd(x, y1, r21), L.MultiplyAdd(x, y2, r22), L.MultiplyAdd(x, y3, r23));
            x = L.Multiply(w, L.Broadcast(y[i3]));
            (r30, r31, r32, r33) = (L.MultiplyAdd(x, y0, r30), L.MultiplyAdd(x, y1, r31), L.MultiplyAdd(x, y2, r32), L.MultiplyAdd(x, y3, r33));
        }
        Put(size, gram, i, j, j1, j2, j3, r00, r01, r02, r03);
        Put(size, gram, i1, j, j1, j2, j3, r10, r11, r12, r13);
        Put(size, gram, i2, j, j1, j2, j3, r20, r21, r22, r23);
        Put(size, gram, i3, j, j1, j2, j3, r30, r31, r32, r33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(int size, double* gram, int i, int j0, int j1, int j2, int j3, V r0, V r1, V r2, V r3)
    {
        Put(size, gram, i, j0, r0);
        Put(size, gram, i, j1, r1);
        Put(size, gram, i, j2, r2);
        Put(size, gram, i, j3, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(int size, double* gram, int i, int j, V r)
    {
        L.Store(r, gram + ((nint)i * size + j) * L.Count);
        L.Store(r, gram + ((nint)j * size + i) * L.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Column(int size, int count, double* y, double* d, double* weights, double* product, int i)
    {
        int last = size - 1, i1 = Math.Min(i + 1, last), i2 = Math.Min(i + 2, last), i3 = Math.Min(i + 3, last);
        V r0 = L.Zero, r1 = L.Zero, r2 = L.Zero, r3 = L.Zero;
        for (var k = 0; k < count; k++, y += size, weights += L.Count)
        {
            var w = L.Multiply(L.Load(weights), L.Broadcast(d[k]));
            r0 = L.MultiplyAdd(w, L.Broadcast(y[i]), r0);
            r1 = L.MultiplyAdd(w, L.Broadcast(y[i1]), r1);
            r2 = L.MultiplyAdd(w, L.Broadcast(y[i2]), r2);
            r3 = L.MultiplyAdd(w, L.Broadcast(y[i3]), r3);
        }
        L.Store(r0, product + i * L.Count);
        L.Store(r1, product + i1 * L.Count);
        L.Store(r2, product + i2 * L.Count);
        L.Store(r3, product + i3 * L.Count);
    }
}
