using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics;

/// <summary>
/// The passes of <see cref="FftStages{T}"/>. The last vector of a loop overlaps the one before where the stride is no multiple
/// of the width: passes never write where they read, so numbers done twice come out the same.
/// </summary>
internal static unsafe class FftButterflies
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pass2<V, T>(int m, int s, T* xr, T* xi, T* yr, T* yi, T* w)
        where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var p = 0; p < m; p++)
        {
            var (w1r, w1i) = (V.Of(w[p]), V.Of(w[m + p]));
            for (var first = 0; first < s; first += V.Count)
            {
                var q = Math.Min(first, s - V.Count);
                long i0 = q + (long)s * p, i1 = i0 + (long)s * m, o = q + 2L * s * p;
                var (ar, ai, br, bi) = (V.Load(xr + i0), V.Load(xi + i0), V.Load(xr + i1), V.Load(xi + i1));
                (ar + br).Store(yr + o);
                (ai + bi).Store(yi + o);
                Rotate<V, T>(ar - br, ai - bi, w1r, w1i, m, yr + o + s, yi + o + s);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pass3<V, T>(int m, int s, T* xr, T* xi, T* yr, T* yi, T* w)
        where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (half, sine) = (V.Of(T.CreateTruncating(-0.5)), V.Of(T.CreateTruncating(0.86602540378443864676)));
        for (var p = 0; p < m; p++)
        {
            var (w1r, w1i) = (V.Of(w[p]), V.Of(w[m + p]));
            var (w2r, w2i) = (V.Of(w[2 * m + p]), V.Of(w[3 * m + p]));
            for (var first = 0; first < s; first += V.Count)
            {
                var q = Math.Min(first, s - V.Count);
                long step = (long)s * m, i0 = q + (long)s * p, i1 = i0 + step, i2 = i1 + step, o = q + 3L * s * p;
                var (ar, ai) = (V.Load(xr + i0), V.Load(xi + i0));
                var (br, bi) = (V.Load(xr + i1), V.Load(xi + i1));
                var (cr, ci) = (V.Load(xr + i2), V.Load(xi + i2));
                var (sr, si) = (br + cr, bi + ci);
                var (dr, di) = (sine * (bi - ci), sine * (cr - br));         // −i sin(2π/3) (b − c)
                var (tr, ti) = (V.MultiplyAdd(half, sr, ar), V.MultiplyAdd(half, si, ai));
                (ar + sr).Store(yr + o);
                (ai + si).Store(yi + o);
                Rotate<V, T>(tr + dr, ti + di, w1r, w1i, m, yr + o + s, yi + o + s);
                Rotate<V, T>(tr - dr, ti - di, w2r, w2i, m, yr + o + 2 * s, yi + o + 2 * s);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pass4<V, T>(int m, int s, T* xr, T* xi, T* yr, T* yi, T* w)
        where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var p = 0; p < m; p++)
        {
            var (w1r, w1i) = (V.Of(w[p]), V.Of(w[m + p]));
            var (w2r, w2i) = (V.Of(w[2 * m + p]), V.Of(w[3 * m + p]));
            var (w3r, w3i) = (V.Of(w[4 * m + p]), V.Of(w[5 * m + p]));
            for (var first = 0; first < s; first += V.Count)
            {
                var q = Math.Min(first, s - V.Count);
                long step = (long)s * m, i0 = q + (long)s * p, i1 = i0 + step, i2 = i1 + step, i3 = i2 + step, o = q + 4L * s * p;
                var (ar, ai, cr, ci) = (V.Load(xr + i0), V.Load(xi + i0), V.Load(xr + i2), V.Load(xi + i2));
                var (br, bi, dr, di) = (V.Load(xr + i1), V.Load(xi + i1), V.Load(xr + i3), V.Load(xi + i3));
                var (er, ei, fr, fi) = (ar + cr, ai + ci, ar - cr, ai - ci);
                var (gr, gi, hr, hi) = (br + dr, bi + di, bi - di, dr - br);  // h = −i (b − d)
                (er + gr).Store(yr + o);
                (ei + gi).Store(yi + o);
                Rotate<V, T>(fr + hr, fi + hi, w1r, w1i, m, yr + o + s, yi + o + s);
                Rotate<V, T>(er - gr, ei - gi, w2r, w2i, m, yr + o + 2 * s, yi + o + 2 * s);
                Rotate<V, T>(fr - hr, fi - hi, w3r, w3i, m, yr + o + 3 * s, yi + o + 3 * s);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pass5<V, T>(int m, int s, T* xr, T* xi, T* yr, T* yi, T* w)
        where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (c1, c2) = (V.Of(T.CreateTruncating(0.30901699437494742410)), V.Of(T.CreateTruncating(-0.80901699437494742410)));
        var (s1, s2) = (V.Of(T.CreateTruncating(0.95105651629515357212)), V.Of(T.CreateTruncating(0.58778525229247312917)));
        for (var p = 0; p < m; p++)
            for (var first = 0; first < s; first += V.Count)
            {
                var q = Math.Min(first, s - V.Count);
                long step = (long)s * m, i0 = q + (long)s * p, o = q + 5L * s * p;
                var (ar, ai) = (V.Load(xr + i0), V.Load(xi + i0));
                var (br, bi) = (V.Load(xr + i0 + step), V.Load(xi + i0 + step));
                var (cr, ci) = (V.Load(xr + i0 + 2 * step), V.Load(xi + i0 + 2 * step));
                var (dr, di) = (V.Load(xr + i0 + 3 * step), V.Load(xi + i0 + 3 * step));
                var (er, ei) = (V.Load(xr + i0 + 4 * step), V.Load(xi + i0 + 4 * step));
                var (pr, pi, ur, ui) = (br + er, bi + ei, br - er, bi - ei);
                var (qr, qi, vr, vi) = (cr + dr, ci + di, cr - dr, ci - di);
                (ar + (pr + qr)).Store(yr + o);
                (ai + (pi + qi)).Store(yi + o);
                var (fr, fi) = (V.MultiplyAdd(c2, qr, V.MultiplyAdd(c1, pr, ar)), V.MultiplyAdd(c2, qi, V.MultiplyAdd(c1, pi, ai)));
                var (gr, gi) = (V.MultiplyAdd(c1, qr, V.MultiplyAdd(c2, pr, ar)), V.MultiplyAdd(c1, qi, V.MultiplyAdd(c2, pi, ai)));
                var (hr, hi) = (V.MultiplyAdd(s2, vi, s1 * ui), -V.MultiplyAdd(s2, vr, s1 * ur));
                var (kr, ki) = (s2 * ui - s1 * vi, s1 * vr - s2 * ur);
                Rotate<V, T>(fr + hr, fi + hi, V.Of(w[p]), V.Of(w[m + p]), m, yr + o + s, yi + o + s);
                Rotate<V, T>(gr + kr, gi + ki, V.Of(w[2 * m + p]), V.Of(w[3 * m + p]), m, yr + o + 2 * s, yi + o + 2 * s);
                Rotate<V, T>(gr - kr, gi - ki, V.Of(w[4 * m + p]), V.Of(w[5 * m + p]), m, yr + o + 3 * s, yi + o + 3 * s);
                Rotate<V, T>(fr - hr, fi - hi, V.Of(w[6 * m + p]), V.Of(w[7 * m + p]), m, yr + o + 4 * s, yi + o + 4 * s);
            }
    }

    /// <summary><see cref="Pass4"/> for a single transform (s = 1), four values of p at a time.</summary>
    public static void FirstPass4<T>(int m, T* xr, T* xi, T* yr, T* yi, T* w) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
            FirstPass4<Simd256<T>, T>(m, xr, xi, yr, yi, w);
        else
            FirstPass4<Simd128<T>, T>(m, xr, xi, yr, yi, w);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FirstPass4<V, T>(int m, T* xr, T* xi, T* yr, T* yi, T* w)
        where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var zr = stackalloc T[16];
        var zi = stackalloc T[16];
        for (var first = 0; first < m; first += 4)
        {
            var p = Math.Min(first, m - 4);
            var (ar, ai, cr, ci) = (V.Load(xr + p), V.Load(xi + p), V.Load(xr + p + 2 * m), V.Load(xi + p + 2 * m));
            var (br, bi, dr, di) = (V.Load(xr + p + m), V.Load(xi + p + m), V.Load(xr + p + 3 * m), V.Load(xi + p + 3 * m));
            var (er, ei, fr, fi) = (ar + cr, ai + ci, ar - cr, ai - ci);
            var (gr, gi, hr, hi) = (br + dr, bi + di, bi - di, dr - br);
            (er + gr).Store(zr);
            (ei + gi).Store(zi);
            Rotate<V, T>(fr + hr, fi + hi, V.Load(w + p), V.Load(w + m + p), m, zr + 4, zi + 4);
            Rotate<V, T>(er - gr, ei - gi, V.Load(w + 2 * m + p), V.Load(w + 3 * m + p), m, zr + 8, zi + 8);
            Rotate<V, T>(fr - hr, fi - hi, V.Load(w + 4 * m + p), V.Load(w + 5 * m + p), m, zr + 12, zi + 12);
            Interleave(zr, yr + 4 * p);
            Interleave(zi, yi + 4 * p);
        }
    }

    private static void Interleave<T>(T* tile, T* y) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        FftTiles.Transpose4(tile, tile + 4, tile + 8, tile + 12, y, y + 4, y + 8, y + 12);

    /// <summary>y = (a + ib)(wr + i wi); the last pass (m = 1) has w = 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rotate<V, T>(V a, V b, V wr, V wi, int m, T* yr, T* yi)
        where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (m > 1)
            (a, b) = (V.MultiplyAdd(a, wr, -(b * wi)), V.MultiplyAdd(a, wi, b * wr));
        a.Store(yr);
        b.Store(yi);
    }
}
