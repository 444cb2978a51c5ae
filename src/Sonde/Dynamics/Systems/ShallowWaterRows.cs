using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>What a row of cells needs of a step: u′ = A u + B v − C (η east − η), v′ = A₂ v − B₂ u − D (η north − η); 0 in the last three where the wall is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RowFactors(double A, double B, double C, double A2, double B2, double D);

/// <summary>
/// One row of cells of the scheme of <see cref="ShallowWater"/>, its tangent and its adjoint. Rows are padded to whole vectors: behind a row's cells
/// are zeros, which stay zeros; <paramref name="open"/> is 1 where a cell's east face is open and 0 where it is a wall or there is no cell.
/// Every operation is on one cell, so every width of vector gives the same bits.
/// </summary>
/// <param name="cells">Cells in a row.</param>
/// <param name="pitch">From one row to the next.</param>
/// <param name="open">[pitch].</param>
/// <param name="rx">dt/dx.</param>
/// <param name="ry">dt/dy.</param>
/// <param name="depth">H.</param>
internal readonly unsafe struct ShallowWaterRows<V>(int cells, int pitch, double* open, double rx, double ry, double depth) where V : unmanaged, ISimd<V, double>
{
    /// <summary>u, v ← the new ones; west[i + 1] and north[i] ← what passes the east and the north face of cell i in a step, in units of η.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Flow(in RowFactors row, double* u, double* v, double* eta, double* etaNorth, double* west, double* north)
    {
        V a = V.Of(row.A), b = V.Of(row.B), c = V.Of(row.C), a2 = V.Of(row.A2), b2 = V.Of(row.B2), d = V.Of(row.D);
        var (h, sx, sy) = (V.Of(depth), V.Of(rx), V.Of(ry));
        for (var i = 0; i < pitch; i += V.Count)
        {
            var (u0, v0, e, east, up) = (V.Load(u + i), V.Load(v + i), V.Load(eta + i), V.Load(eta + i + 1), V.Load(etaNorth + i));
            var right = V.MultiplyAdd(a, u0, V.MultiplyAdd(b, v0, -(c * (east - e))));
            var ahead = V.MultiplyAdd(a2, v0, -V.MultiplyAdd(b2, u0, d * (up - e)));
            right.Store(u + i);
            ahead.Store(v + i);
            (sx * right * (h + Upwind(right, e, east))).Store(west + i + 1);
            (sy * ahead * (h + Upwind(ahead, e, up))).Store(north + i);
        }
        (u[cells - 1], u[pitch - 1], west[cells], west[pitch]) = (0, 0, 0, 0);      // the wall, and where the next row was read
    }

    /// <summary>η ← η − what leaves + what comes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(double* eta, double* west, double* south, double* north)
    {
        for (var i = 0; i < pitch; i += V.Count)
            (V.Load(eta + i) - ((V.Load(west + i + 1) - V.Load(west + i)) + (V.Load(north + i) - V.Load(south + i)))).Store(eta + i);
    }

    /// <summary>u1, v1 ← the new u and v; hx, hy ← the thickness of the water that they move.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Linearize(in RowFactors row, double* u, double* v, double* eta, double* etaNorth, double* u1, double* v1, double* hx, double* hy)
    {
        V a = V.Of(row.A), b = V.Of(row.B), c = V.Of(row.C), a2 = V.Of(row.A2), b2 = V.Of(row.B2), d = V.Of(row.D);
        var h = V.Of(depth);
        for (var i = 0; i < pitch; i += V.Count)
        {
            var (u0, v0, e, east, up) = (V.Load(u + i), V.Load(v + i), V.Load(eta + i), V.Load(eta + i + 1), V.Load(etaNorth + i));
            var right = V.MultiplyAdd(a, u0, V.MultiplyAdd(b, v0, -(c * (east - e)))) * V.Load(open + i);
            var ahead = V.MultiplyAdd(a2, v0, -V.MultiplyAdd(b2, u0, d * (up - e)));
            right.Store(u1 + i);
            ahead.Store(v1 + i);
            (h + Upwind(right, e, east)).Store(hx + i);
            (h + Upwind(ahead, e, up)).Store(hy + i);
        }
    }

    /// <summary>The tangent of <see cref="Flow"/>, about what <see cref="Linearize"/> left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FlowTangent(
        in RowFactors row, double* u1, double* v1, double* hx, double* hy, double* du, double* dv, double* dEta, double* dEtaNorth, double* west, double* north)
    {
        V a = V.Of(row.A), b = V.Of(row.B), c = V.Of(row.C), a2 = V.Of(row.A2), b2 = V.Of(row.B2), d = V.Of(row.D);
        var (sx, sy) = (V.Of(rx), V.Of(ry));
        for (var i = 0; i < pitch; i += V.Count)
        {
            var (du0, dv0, e, east, up) = (V.Load(du + i), V.Load(dv + i), V.Load(dEta + i), V.Load(dEta + i + 1), V.Load(dEtaNorth + i));
            var (right, ahead) = (V.Load(u1 + i), V.Load(v1 + i));
            var du1 = V.MultiplyAdd(a, du0, V.MultiplyAdd(b, dv0, -(c * (east - e)))) * V.Load(open + i);
            var dv1 = V.MultiplyAdd(a2, dv0, -V.MultiplyAdd(b2, du0, d * (up - e)));
            du1.Store(du + i);
            dv1.Store(dv + i);
            (sx * V.MultiplyAdd(du1, V.Load(hx + i), right * Upwind(right, e, east))).Store(west + i + 1);
            (sy * V.MultiplyAdd(dv1, V.Load(hy + i), ahead * Upwind(ahead, e, up))).Store(north + i);
        }
    }

    /// <summary>
    /// The transpose of <see cref="FlowTangent"/> and <see cref="Fill"/>: ū, v̄ ← those before the step; own[i], east[i + 1] and north[i] ← what η̄ of
    /// the cell, of its neighbor to the east and of its neighbor to the north gets besides.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FlowAdjoint(
        in RowFactors row, double* u1, double* v1, double* hx, double* hy, double* uBar, double* vBar, double* etaBar, double* etaBarNorth,
        double* own, double* east, double* north)
    {
        V a = V.Of(row.A), b = V.Of(row.B), c = V.Of(row.C), a2 = V.Of(row.A2), b2 = V.Of(row.B2), d = V.Of(row.D);
        var (sx, sy, zero) = (V.Of(rx), V.Of(ry), V.Of(0));
        for (var i = 0; i < pitch; i += V.Count)
        {
            var (right, ahead, e) = (V.Load(u1 + i), V.Load(v1 + i), V.Load(etaBar + i));
            var fBar = sx * (V.Load(etaBar + i + 1) - e);
            var gBar = sy * (V.Load(etaBarNorth + i) - e);
            var p = V.MultiplyAdd(V.Load(hx + i), fBar, V.Load(uBar + i)) * V.Load(open + i);
            var q = V.MultiplyAdd(V.Load(hy + i), gBar, V.Load(vBar + i));
            var (throughX, throughY) = (right * fBar, ahead * gBar);
            var (eastward, northward) = (V.LessThan(zero, right), V.LessThan(zero, ahead));
            V.MultiplyAdd(a, p, -(b2 * q)).Store(uBar + i);
            V.MultiplyAdd(b, p, a2 * q).Store(vBar + i);
            var (pushX, pushY) = (c * p, d * q);
            ((V.Select(eastward, throughX, zero) + pushX) + (V.Select(northward, throughY, zero) + pushY)).Store(own + i);
            (V.Select(eastward, zero, throughX) - pushX).Store(east + i + 1);
            (V.Select(northward, zero, throughY) - pushY).Store(north + i);
        }
    }

    /// <summary>η̄ ← η̄ + what the cell, its neighbor to the west and its neighbor to the south give.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(double* etaBar, double* own, double* west, double* south)
    {
        for (var i = 0; i < pitch; i += V.Count)
            ((V.Load(etaBar + i) + V.Load(own + i)) + (V.Load(west + i) + V.Load(south + i))).Store(etaBar + i);
    }

    /// <summary>The value on the side from which the water comes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Upwind(V speed, V behind, V ahead) => V.Select(V.LessThan(V.Of(0), speed), behind, ahead);
}
