using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics.Kernels;

/// <summary>Passes over the few numbers of a band's row, where a call to a library would cost more than the work.</summary>
internal static unsafe class BandRow<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Σ aᵢ bᵢ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Dot(T* a, T* b, int count)
    {
        var i = 0;
        var sum = T.Zero;
        if (Vector256.IsHardwareAccelerated && count >= Vector256<T>.Count)
        {
            var sums = Vector256<T>.Zero;
            for (; i + Vector256<T>.Count <= count; i += Vector256<T>.Count)
                sums += Vector256.Load(a + i) * Vector256.Load(b + i);
            sum = Vector256.Sum(sums);
        }
        for (; i < count; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>y += c x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(T c, T* x, T* y, int count)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
            for (; i + Vector256<T>.Count <= count; i += Vector256<T>.Count)
                (Vector256.Load(y + i) + c * Vector256.Load(x + i)).Store(y + i);
        for (; i < count; i++)
            y[i] += c * x[i];
    }
}
