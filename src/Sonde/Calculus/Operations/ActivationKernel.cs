using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>A function and its slope, once for lanes of any width and either precision.</summary>
internal interface IActivationKernel
{
    static abstract bool SlopeFromValue { get; }

    static abstract V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    static abstract V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>The activation that a kernel describes.</summary>
internal readonly struct KernelActivation<T, TKernel> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T> where TKernel : struct, IActivationKernel
{
    public static bool SlopeFromValue => TKernel.SlopeFromValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke(T x) => TKernel.Value<SimdScalar<T>, T>(SimdScalar<T>.Of(x)).Value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Invoke(Vector256<T> x) => TKernel.Value<Simd256<T>, T>(new(x)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Invoke(Vector512<T> x) => TKernel.Value<Simd512<T>, T>(new(x)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope(T x, T y) => TKernel.Slope<SimdScalar<T>, T>(SimdScalar<T>.Of(x), SimdScalar<T>.Of(y)).Value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Slope(Vector256<T> x, Vector256<T> y) => TKernel.Slope<Simd256<T>, T>(new(x), new(y)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Slope(Vector512<T> x, Vector512<T> y) => TKernel.Slope<Simd512<T>, T>(new(x), new(y)).Value;
}
