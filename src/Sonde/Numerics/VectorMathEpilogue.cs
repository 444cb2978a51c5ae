using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics;

/// <summary>Any elementwise function where the dense kernels want one, as in <c>Dense.Layer</c>.</summary>
internal readonly struct VectorMathEpilogue<T, TFunction> : Kernels.IElementwise<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : struct, IElementwise<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, L>(V x) where V : unmanaged where L : struct, Kernels.ILanes<T, V>
    {
        if (typeof(V) == typeof(Vector512<T>))
            return Unsafe.BitCast<Vector512<T>, V>(TFunction.Invoke(Unsafe.BitCast<V, Vector512<T>>(x)));
        if (typeof(V) == typeof(Vector256<T>))
            return Unsafe.BitCast<Vector256<T>, V>(TFunction.Invoke(Unsafe.BitCast<V, Vector256<T>>(x)));
        return Unsafe.BitCast<T, V>(TFunction.Invoke(Unsafe.BitCast<V, T>(x)));
    }
}
