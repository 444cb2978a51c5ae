using System.Runtime.CompilerServices;

namespace Sonde.Numerics;

/// <summary>
/// eˣ = 2ⁿ eʳ with n = round(x / ln 2), |r| ≤ ln 2 / 2, and eʳ = 1 + r + r² q(r), q of least maximal relative error (Remez):
/// 2⁻⁵⁸ in double, 2⁻²⁸ in single precision.
/// </summary>
internal readonly struct ExpKernel : IVectorKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Double<V>(V x) where V : unmanaged, ISimd<V, double>
    {
        var (shifted, r) = Reduce(Clamp<V, double>(x, -746, 710));
        var p = V.MultiplyAdd(r * r, Remainder(r), r) + V.Of(1);
        var half = V.MultiplyAdd(shifted - V.Of(Magic), V.Of(0.5), V.Of(Magic));    // 2ⁿ in two factors: n may leave the exponent's range
        var rest = (shifted - V.Of(Magic)) - (half - V.Of(Magic)) + V.Of(Magic);
        return p * Power(half) * Power(rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Single<V>(V x) where V : unmanaged, ISimd<V, float>
    {
        var (shifted, r) = ReduceSingle(Clamp<V, float>(x, -105, 90));
        var p = V.MultiplyAdd(r * r, RemainderSingle(r), r) + V.Of(1);
        var half = V.MultiplyAdd(shifted - V.Of(MagicSingle), V.Of(0.5f), V.Of(MagicSingle));
        var rest = (shifted - V.Of(MagicSingle)) - (half - V.Of(MagicSingle)) + V.Of(MagicSingle);
        return p * PowerSingle(half) * PowerSingle(rest);
    }

    /// <summary>eˣ − 1 for 0 ≤ x ≤ 700, accurate near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V MinusOne<V>(V x) where V : unmanaged, ISimd<V, double>
    {
        var (shifted, r) = Reduce(x);
        var scale = Power(shifted);
        return V.MultiplyAdd(scale, V.MultiplyAdd(r * r, Remainder(r), r), scale - V.Of(1));
    }

    /// <summary>eˣ − 1 for 0 ≤ x ≤ 80, accurate near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V MinusOneSingle<V>(V x) where V : unmanaged, ISimd<V, float>
    {
        var (shifted, r) = ReduceSingle(x);
        var scale = PowerSingle(shifted);
        return V.MultiplyAdd(scale, V.MultiplyAdd(r * r, RemainderSingle(r), r), scale - V.Of(1));
    }

    /// <summary>x between two bounds; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Clamp<V, T>(V x, T least, T greatest)
        where V : unmanaged, ISimd<V, T> where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        x = V.Select(V.LessThan(x, V.Of(least)), V.Of(least), x);
        return V.Select(V.LessThan(V.Of(greatest), x), V.Of(greatest), x);
    }

    private const double Magic = 6755399441055744;          // 1.5 · 2⁵²: adding it rounds to an integer, left in the last bits
    private const float MagicSingle = 12582912;             // 1.5 · 2²³

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Shifted, V R) Reduce<V>(V x) where V : unmanaged, ISimd<V, double>
    {
        var shifted = V.MultiplyAdd(x, V.Of(1.4426950408889634), V.Of(Magic));
        var n = shifted - V.Of(Magic);
        var r = V.MultiplyAdd(n, V.Of(-5.497923018708371e-14), V.MultiplyAdd(n, V.Of(-0.6931471805598903), x));
        return (shifted, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Shifted, V R) ReduceSingle<V>(V x) where V : unmanaged, ISimd<V, float>
    {
        var shifted = V.MultiplyAdd(x, V.Of(1.44269504f), V.Of(MagicSingle));
        var n = shifted - V.Of(MagicSingle);
        var r = V.MultiplyAdd(n, V.Of(-1.42860682e-06f), V.MultiplyAdd(n, V.Of(-0.693145752f), x));
        return (shifted, r);
    }

    /// <summary>q(r), two halves at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Remainder<V>(V r) where V : unmanaged, ISimd<V, double>
    {
        var r2 = r * r;
        var low = V.MultiplyAdd(r2, V.MultiplyAdd(r, V.Of(0.008333333333494465), V.Of(0.04166666666653016)),
            V.MultiplyAdd(r, V.Of(0.16666666666666413), V.Of(0.5000000000000011)));
        var high = V.MultiplyAdd(r2, V.MultiplyAdd(r, V.Of(2.7557586380878645e-06), V.Of(2.4801493098930183e-05)),
            V.MultiplyAdd(r, V.Of(0.00019841269506571337), V.Of(0.0013888888943630047)));
        var r4 = r2 * r2;
        high = V.MultiplyAdd(r4, V.MultiplyAdd(r, V.Of(2.5000059256786943e-08), V.Of(2.763024837941493e-07)), high);
        return V.MultiplyAdd(r4, high, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V RemainderSingle<V>(V r) where V : unmanaged, ISimd<V, float>
    {
        var high = V.MultiplyAdd(r, V.MultiplyAdd(r, V.Of(0.00138146209f), V.Of(0.00836871658f)), V.Of(0.041668389f));
        return V.MultiplyAdd(r * r, high, V.MultiplyAdd(r, V.Of(0.166665211f), V.Of(0.49999994f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Power<V>(V shifted) where V : unmanaged, ISimd<V, double> => V.AddBits(V.ShiftLeftBits(shifted, 52), V.Of(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PowerSingle<V>(V shifted) where V : unmanaged, ISimd<V, float> => V.AddBits(V.ShiftLeftBits(shifted, 23), V.Of(1));
}
