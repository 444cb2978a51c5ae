using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>
/// Fluxes of a component c through faces between cell k and cell k + o: U = (w(k) + w(k + m))/2 carries there. With the face's own
/// difference b and the one upwind of it, a, the flux of the limiter of van Leer is U c_up + |U| (1 − s|U|) g, where s = dt/h and
/// g = ab/(a + b) where a and b have the same sign and 0 elsewhere: what upwind and Lax-Wendroff mix to for φ(r) = 2r/(1 + r).
/// All pointers are at the first face; up to a vector more than <c>count</c> is read and written.
/// </summary>
internal static unsafe class VanLeerFlux
{
    /// <summary>f ← F.</summary>
    public static void Evaluate(double* c, int o, double* w, int m, double s, double* f, int count)
    {
        if (Vector512.IsHardwareAccelerated)
            Evaluate<Simd512<double>>(c, o, w, m, s, f, count);
        else
            Evaluate<Simd256<double>>(c, o, w, m, s, f, count);
    }

    /// <summary>df ← F′ (dc, dw).</summary>
    public static void Tangent(double* c, double* dc, int o, double* w, double* dw, int m, double s, double* df, int count)
    {
        if (Vector512.IsHardwareAccelerated)
            Tangent<Simd512<double>>(c, dc, o, w, dw, m, s, df, count);
        else
            Tangent<Simd256<double>>(c, dc, o, w, dw, m, s, df, count);
    }

    /// <summary>
    /// What each face pulls back to c(k − o), c(k), c(k + o) and c(k + 2o), in this order one row of <paramref name="bars"/> each, and then to
    /// w(k) and w(k + m) alike, with the face's adjoint s (c̄(k + o) − c̄(k)).
    /// </summary>
    public static void Adjoint(double* c, double* cBar, int o, double* w, int m, double s, double* bars, int pitch, int count)
    {
        if (Vector512.IsHardwareAccelerated)
            Adjoint<Simd512<double>>(c, cBar, o, w, m, s, bars, pitch, count);
        else
            Adjoint<Simd256<double>>(c, cBar, o, w, m, s, bars, pitch, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Evaluate<V>(double* c, int o, double* w, int m, double s, double* f, int count) where V : unmanaged, ISimd<V, double>
    {
        for (var k = 0; k < count; k += V.Count)
        {
            var (speed, negative) = Carrier<V>(w + k, m);
            var (left, right) = (V.Load(c + k), V.Load(c + k + o));
            var a = V.Select(negative, V.Load(c + k + 2 * o) - right, left - V.Load(c + k - o));
            var b = right - left;
            var g = V.Select(V.LessThan(V.Of(0), a * b), a * b / (a + b), V.Of(0));
            var size = V.Abs(speed);
            V.MultiplyAdd(speed, V.Select(negative, right, left), size * (V.Of(1) - V.Of(s) * size) * g).Store(f + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tangent<V>(double* c, double* dc, int o, double* w, double* dw, int m, double s, double* df, int count)
        where V : unmanaged, ISimd<V, double>
    {
        for (var k = 0; k < count; k += V.Count)
        {
            var at = Slopes<V>(c + k, o, w + k, m, s);
            var (dLeft, dRight) = (V.Load(dc + k), V.Load(dc + k + o));
            var dSpeed = V.Of(0.5) * (V.Load(dw + k) + V.Load(dw + k + m));
            var sum = at.BySpeed * dSpeed + at.ByDifference * (dRight - dLeft);
            sum += V.Max(at.Speed, V.Of(0)) * dLeft + at.ByLeft * (dLeft - V.Load(dc + k - o));
            sum += V.Min(at.Speed, V.Of(0)) * dRight + at.ByRight * (V.Load(dc + k + 2 * o) - dRight);
            sum.Store(df + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Adjoint<V>(double* c, double* cBar, int o, double* w, int m, double s, double* bars, int pitch, int count)
        where V : unmanaged, ISimd<V, double>
    {
        for (var k = 0; k < count; k += V.Count)
        {
            var at = Slopes<V>(c + k, o, w + k, m, s);
            var bar = V.Of(s) * (V.Load(cBar + k + o) - V.Load(cBar + k));
            (-(at.ByLeft * bar)).Store(bars + k);
            ((V.Max(at.Speed, V.Of(0)) + at.ByLeft - at.ByDifference) * bar).Store(bars + pitch + k);
            ((V.Min(at.Speed, V.Of(0)) + at.ByDifference - at.ByRight) * bar).Store(bars + 2 * pitch + k);
            (at.ByRight * bar).Store(bars + 3 * pitch + k);
            (V.Of(0.5) * at.BySpeed * bar).Store(bars + 4 * pitch + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Speed, V Negative) Carrier<V>(double* w, int m) where V : unmanaged, ISimd<V, double>
    {
        var speed = V.Of(0.5) * (V.Load(w) + V.Load(w + m));
        return (speed, V.LessThan(speed, V.Of(0)));
    }

    /// <summary>U and the derivatives of a flux by U, by b, and by the differences to the left and to the right of the face, one of which is a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Speed, V BySpeed, V ByDifference, V ByLeft, V ByRight) Slopes<V>(double* c, int o, double* w, int m, double s)
        where V : unmanaged, ISimd<V, double>
    {
        var (zero, one) = (V.Of(0), V.Of(1));
        var (speed, negative) = Carrier<V>(w, m);
        var (left, right) = (V.Load(c), V.Load(c + o));
        var a = V.Select(negative, V.Load(c + 2 * o) - right, left - V.Load(c - o));
        var b = right - left;
        var same = V.LessThan(zero, a * b);
        var (shareA, shareB) = (V.Select(same, a / (a + b), zero), V.Select(same, b / (a + b), zero));
        var size = V.Abs(speed);
        var weight = size * (one - V.Of(s) * size);
        var g = shareA * b;
        var sign = V.Select(negative, -one, one);
        var bySpeed = V.Select(negative, right, left) + sign * g * (one - V.Of(2 * s) * size);
        var byUpwind = weight * shareB * shareB;
        return (speed, bySpeed, weight * shareA * shareA, V.Select(negative, zero, byUpwind), V.Select(negative, byUpwind, zero));
    }
}
