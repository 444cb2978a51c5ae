using System.Runtime.CompilerServices;

namespace Sonde.Numerics;

/// <summary>
/// ln x = e ln 2 + ln m with √½ ≤ m &lt; √2, and with f = m − 1, s = f / (2 + f): ln m = f − f²/2 + s (f²/2 + s² P(s²)), the series
/// of 2 artanh s with coefficients of least maximal error (Remez): 2⁻⁵⁸ in double, 2⁻³⁶ in single precision.
/// </summary>
internal readonly struct LogKernel : IVectorKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Double<V>(V x) where V : unmanaged, ISimd<V, double>
    {
        var isTiny = V.LessThan(x, V.Of(2.2250738585072014e-308));
        var result = Positive(V.Select(isTiny, x * V.Of(4503599627370496), x), V.Select(isTiny, V.Of(52), V.Of(0)));
        return Special<V, double>(x, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Single<V>(V x) where V : unmanaged, ISimd<V, float>
    {
        var isTiny = V.LessThan(x, V.Of(1.17549435e-38f));
        var result = PositiveSingle(V.Select(isTiny, x * V.Of(8388608), x), V.Select(isTiny, V.Of(23), V.Of(0)));
        return Special<V, float>(x, result);
    }

    /// <summary>ln(x / 2^lowered) of positive, finite, normal x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Positive<V>(V x, V lowered) where V : unmanaged, ISimd<V, double>
    {
        var shifted = V.AddBits(x, V.OfBits(0x3FF0000000000000 - 0x3FE6A09E667F3BCD));      // its exponent field is 1023 + e
        var e = (V.ShiftRightBits(shifted, 52) | V.OfBits(0x4330000000000000)) - (V.Of(4503599627370496 + 1023) + lowered);
        var f = V.AddBits(shifted & V.OfBits(0x000FFFFFFFFFFFFF), V.OfBits(0x3FE6A09E667F3BCD)) - V.Of(1);
        var s = f / (V.Of(2) + f);
        var (z, half) = (s * s, V.Of(0.5) * f * f);
        var w = z * z;
        var even = V.MultiplyAdd(w, V.MultiplyAdd(w, V.MultiplyAdd(w, V.Of(0.1479750767904653), V.Of(0.18183569739671385)),
            V.Of(0.28571428743262645)), V.Of(0.6666666666666735));
        var odd = V.MultiplyAdd(w, V.MultiplyAdd(w, V.Of(0.15313903249932703), V.Of(0.2222219847598908)), V.Of(0.3999999999941109));
        var p = V.MultiplyAdd(z, odd, even);
        var small = V.MultiplyAdd(s, V.MultiplyAdd(z, p, half), e * V.Of(5.497923018708371e-14));
        return V.MultiplyAdd(e, V.Of(0.6931471805598903), f - (half - small));
    }

    /// <summary>ln(x / 2^lowered) of positive, finite, normal x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V PositiveSingle<V>(V x, V lowered) where V : unmanaged, ISimd<V, float>
    {
        var shifted = V.AddBits(x, V.OfBits(0x3F800000 - 0x3F3504F3));
        var e = (V.ShiftRightBits(shifted, 23) | V.OfBits(0x4B000000)) - (V.Of(8388608 + 127) + lowered);
        var f = V.AddBits(shifted & V.OfBits(0x007FFFFF), V.OfBits(0x3F3504F3)) - V.Of(1);
        var s = f / (V.Of(2) + f);
        var (z, half) = (s * s, V.Of(0.5f) * f * f);
        var w = z * z;
        var p = V.MultiplyAdd(z, V.MultiplyAdd(w, V.Of(0.235835686f), V.Of(0.400003374f)), V.MultiplyAdd(w, V.Of(0.285372376f), V.Of(0.666666627f)));
        var small = V.MultiplyAdd(s, V.MultiplyAdd(z, p, half), e * V.Of(1.42860682e-06f));
        return V.MultiplyAdd(e, V.Of(0.693145752f), f - (half - small));
    }

    /// <summary>ln 0 = −∞, ln ∞ = ∞, NaN below 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Special<V, T>(V x, V result)
        where V : unmanaged, ISimd<V, T> where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        result = V.Select(V.LessThan(x, V.Of(T.PositiveInfinity)), result, x);              // ∞ and NaN
        result = V.Select(V.LessThan(x, V.Of(T.Zero)), V.Of(T.NaN), result);
        return V.Select(V.Equal(x, V.Of(T.Zero)), V.Of(T.NegativeInfinity), result);
    }
}
