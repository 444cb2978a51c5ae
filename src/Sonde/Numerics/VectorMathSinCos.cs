using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics;

/// <summary>
/// Sine and cosine: |x| = q π/2 + r, |r| ≤ π/4, with π/2 in three parts whose products with q are added with one rounding each
/// (Cody and Waite), then polynomials of least maximal error (Remez) in r². Arguments too large for that (above 2³⁰ in double,
/// 2¹⁶ in single precision) go one by one to the platform's own function.
/// </summary>
internal static class VectorMathSinCos
{
    public const double LargestDouble = 1 << 30;
    public const float LargestSingle = 1 << 16;
    private const double Magic = 6755399441055744;          // 1.5 · 2⁵²: adding it rounds to an integer, left in the last bits
    private const float MagicSingle = 12582912;             // 1.5 · 2²³

    /// <summary>q (as an integer in the last bits) and r of 0 ≤ x ≤ <see cref="LargestDouble"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V Quadrant, V R) Reduce<V>(V x) where V : unmanaged, ISimd<V, double>
    {
        var quadrant = V.MultiplyAdd(x, V.Of(0.6366197723675814), V.Of(Magic));
        var q = V.Of(Magic) - quadrant;
        var r = V.MultiplyAdd(q, V.Of(1.5707963267948966), x);
        r = V.MultiplyAdd(q, V.Of(6.123233995736766e-17), r);
        return (quadrant, V.MultiplyAdd(q, V.Of(-1.4973849048591698e-33), r));
    }

    /// <summary>q (as an integer in the last bits) and r of 0 ≤ x ≤ <see cref="LargestSingle"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V Quadrant, V R) ReduceSingle<V>(V x) where V : unmanaged, ISimd<V, float>
    {
        var quadrant = V.MultiplyAdd(x, V.Of(0.636619772f), V.Of(MagicSingle));
        var q = V.Of(MagicSingle) - quadrant;
        var r = V.MultiplyAdd(q, V.Of(1.57079637f), x);
        r = V.MultiplyAdd(q, V.Of(-4.37113883e-08f), r);
        return (quadrant, V.MultiplyAdd(q, V.Of(-1.71512451e-15f), r));
    }

    /// <summary>sin r, |r| ≤ π/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sine<V>(V r) where V : unmanaged, ISimd<V, double>
    {
        var z = r * r;
        var w = z * z;
        var high = V.MultiplyAdd(z, V.Of(1.5896747278789083e-10), V.Of(-2.5050757308820244e-08));
        var middle = V.MultiplyAdd(z, V.Of(2.7557313686958236e-06), V.Of(-0.000198412698297941));
        var p = V.MultiplyAdd(w, V.MultiplyAdd(w, high, middle), V.MultiplyAdd(z, V.Of(0.008333333333322398), V.Of(-0.16666666666666632)));
        return V.MultiplyAdd(z * p, r, r);
    }

    /// <summary>cos r, |r| ≤ π/4: 1 − z/2 with the part that rounding loses, and the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cosine<V>(V r) where V : unmanaged, ISimd<V, double>
    {
        var z = r * r;
        var w = z * z;
        var high = V.MultiplyAdd(z, V.Of(-1.135961458062761e-11), V.Of(2.087572265393298e-09));
        var middle = V.MultiplyAdd(z, V.Of(-2.755731434795087e-07), V.Of(2.480158728946766e-05));
        var p = V.MultiplyAdd(w, V.MultiplyAdd(w, high, middle), V.MultiplyAdd(z, V.Of(-0.00138888888888741), V.Of(0.0416666666666666)));
        var half = V.Of(0.5) * z;
        var sum = V.Of(1) - half;
        return sum + V.MultiplyAdd(w, p, (V.Of(1) - sum) - half);
    }

    /// <summary>sin r, |r| ≤ π/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SineSingle<V>(V r) where V : unmanaged, ISimd<V, float>
    {
        var z = r * r;
        var p = V.MultiplyAdd(z, V.MultiplyAdd(z, V.Of(-0.000195171378f), V.Of(0.00833217707f)), V.Of(-0.166666552f));
        return V.MultiplyAdd(z * p, r, r);
    }

    /// <summary>cos r, |r| ≤ π/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V CosineSingle<V>(V r) where V : unmanaged, ISimd<V, float>
    {
        var z = r * r;
        var p = V.MultiplyAdd(z, V.MultiplyAdd(z, V.Of(2.44382718e-05f), V.Of(-0.00138873665f)), V.Of(0.0416666456f));
        var half = V.Of(0.5f) * z;
        var sum = V.Of(1) - half;
        return sum + V.MultiplyAdd(z * z, p, (V.Of(1) - sum) - half);
    }

    /// <summary>Of sin r and cos r the one that an even or odd quadrant asks for, with the sign of quadrants 2 and 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Choose<V, T>(V quadrant, V even, V odd, int signBit) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var isEven = V.EqualBits(quadrant & V.OfBits(1), V.OfBits(0));
        return V.Select(isEven, even, odd) ^ V.ShiftLeftBits(quadrant & V.OfBits(2), signBit - 1);
    }

    /// <summary>Replaces the lanes whose argument is too large.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static unsafe V Repair<V, T>(V x, V result, T largest, bool isSine) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* a = stackalloc T[16], y = stackalloc T[16];
        x.Store(a);
        result.Store(y);
        for (var i = 0; i < V.Count; i++)
            if (T.Abs(a[i]) > largest)
                y[i] = isSine ? T.Sin(a[i]) : T.Cos(a[i]);
        return V.Load(y);
    }
}

/// <summary>sin x.</summary>
internal readonly struct SinKernel : IVectorKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Double<V>(V x) where V : unmanaged, ISimd<V, double>
    {
        var magnitude = V.Abs(x);
        var (quadrant, r) = VectorMathSinCos.Reduce(magnitude);
        var result = VectorMathSinCos.Choose<V, double>(quadrant, VectorMathSinCos.Sine(r), VectorMathSinCos.Cosine(r), 63) ^ (x ^ magnitude);
        return V.Any(V.LessThan(V.Of(VectorMathSinCos.LargestDouble), magnitude))
            ? VectorMathSinCos.Repair(x, result, VectorMathSinCos.LargestDouble, true) : result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Single<V>(V x) where V : unmanaged, ISimd<V, float>
    {
        var magnitude = V.Abs(x);
        var (quadrant, r) = VectorMathSinCos.ReduceSingle(magnitude);
        var result = VectorMathSinCos.Choose<V, float>(quadrant, VectorMathSinCos.SineSingle(r), VectorMathSinCos.CosineSingle(r), 31) ^ (x ^ magnitude);
        return V.Any(V.LessThan(V.Of(VectorMathSinCos.LargestSingle), magnitude))
            ? VectorMathSinCos.Repair(x, result, VectorMathSinCos.LargestSingle, true) : result;
    }
}

/// <summary>cos x.</summary>
internal readonly struct CosKernel : IVectorKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Double<V>(V x) where V : unmanaged, ISimd<V, double>
    {
        var magnitude = V.Abs(x);
        var (quadrant, r) = VectorMathSinCos.Reduce(magnitude);
        var next = V.AddBits(quadrant, V.OfBits(1));                                        // cos x = sin(x + π/2)
        var result = VectorMathSinCos.Choose<V, double>(next, VectorMathSinCos.Sine(r), VectorMathSinCos.Cosine(r), 63);
        return V.Any(V.LessThan(V.Of(VectorMathSinCos.LargestDouble), magnitude))
            ? VectorMathSinCos.Repair(x, result, VectorMathSinCos.LargestDouble, false) : result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Single<V>(V x) where V : unmanaged, ISimd<V, float>
    {
        var magnitude = V.Abs(x);
        var (quadrant, r) = VectorMathSinCos.ReduceSingle(magnitude);
        var next = V.AddBits(quadrant, V.OfBits(1));
        var result = VectorMathSinCos.Choose<V, float>(next, VectorMathSinCos.SineSingle(r), VectorMathSinCos.CosineSingle(r), 31);
        return V.Any(V.LessThan(V.Of(VectorMathSinCos.LargestSingle), magnitude))
            ? VectorMathSinCos.Repair(x, result, VectorMathSinCos.LargestSingle, false) : result;
    }
}
