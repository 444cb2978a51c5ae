using System.Runtime.CompilerServices;

namespace Sonde.Numerics;

/// <summary>tanh x = E / (E + 2) with E = exp(2|x|) − 1, and the sign of x; 1 from |x| = 20 (single: 10) on.</summary>
internal readonly struct TanhKernel : IVectorKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Double<V>(V x) where V : unmanaged, ISimd<V, double>
    {
        var magnitude = V.Abs(x);
        var bounded = V.Select(V.LessThan(V.Of(20), magnitude), V.Of(20), magnitude);
        var e = ExpKernel.MinusOne(bounded + bounded);
        return e / (e + V.Of(2)) ^ (x ^ magnitude);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Single<V>(V x) where V : unmanaged, ISimd<V, float>
    {
        var magnitude = V.Abs(x);
        var bounded = V.Select(V.LessThan(V.Of(10), magnitude), V.Of(10), magnitude);
        var e = ExpKernel.MinusOneSingle(bounded + bounded);
        return e / (e + V.Of(2)) ^ (x ^ magnitude);
    }
}

/// <summary>1 / (1 + e⁻ˣ), from exp(−|x|), so that nothing overflows and the lower tail stays exact.</summary>
internal readonly struct SigmoidKernel : IVectorKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Double<V>(V x) where V : unmanaged, ISimd<V, double>
    {
        var t = ExpKernel.Double(-V.Abs(x));
        return V.Select(V.LessThan(x, V.Of(0)), t, V.Of(1)) / (V.Of(1) + t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Single<V>(V x) where V : unmanaged, ISimd<V, float>
    {
        var t = ExpKernel.Single(-V.Abs(x));
        return V.Select(V.LessThan(x, V.Of(0)), t, V.Of(1)) / (V.Of(1) + t);
    }
}
