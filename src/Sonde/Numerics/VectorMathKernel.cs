using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics;

/// <summary>One function, in double and single precision, for lanes of any width.</summary>
internal interface IVectorKernel
{
    static abstract V Double<V>(V x) where V : unmanaged, ISimd<V, double>;

    static abstract V Single<V>(V x) where V : unmanaged, ISimd<V, float>;
}

/// <summary>Calls a kernel with the machine's vectors.</summary>
internal static class VectorMathKernel<TKernel> where TKernel : IVectorKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x) where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(double)
        ? TKernel.Double(SimdScalar<double>.Of((double)(object)x)).Value.As<double, T>().ToScalar()
        : TKernel.Single(SimdScalar<float>.Of((float)(object)x)).Value.As<float, T>().ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Invoke<T>(Vector128<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(double)
        ? TKernel.Double(new Simd128<double>(x.AsDouble())).Value.As<double, T>()
        : TKernel.Single(new Simd128<float>(x.AsSingle())).Value.As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Invoke<T>(Vector256<T> x) => typeof(T) == typeof(double)
        ? TKernel.Double(new Simd256<double>(x.AsDouble())).Value.As<double, T>()
        : TKernel.Single(new Simd256<float>(x.AsSingle())).Value.As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Invoke<T>(Vector512<T> x) => typeof(T) == typeof(double)
        ? TKernel.Double(new Simd512<double>(x.AsDouble())).Value.As<double, T>()
        : TKernel.Single(new Simd512<float>(x.AsSingle())).Value.As<float, T>();
}
