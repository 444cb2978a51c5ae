using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sonde.Numerics.Kernels;

/// <summary>Registers of 256 bits.</summary>
internal readonly unsafe struct Lanes256<T> : ILanes<T, Vector256<T>> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsSupported => Vector256.IsHardwareAccelerated && (typeof(T) == typeof(double) || typeof(T) == typeof(float));

    public static int Count => Vector256<T>.Count;

    public static int Accumulators => 12;

    public static Vector256<T> Zero => Vector256<T>.Zero;

    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    public static Vector256<T> Load(T* source) => Vector256.Load(source);

    public static void Store(Vector256<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> First(int count) => typeof(T) == typeof(double)
        ? Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).As<long, T>()
        : Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* source, Vector256<T> mask)
    {
        if (Avx.IsSupported)
            return typeof(T) == typeof(double)
                ? Avx.MaskLoad((double*)source, mask.AsDouble()).As<double, T>()
                : Avx.MaskLoad((float*)source, mask.AsSingle()).As<float, T>();
        var values = Vector256<T>.Zero;
        for (var i = 0; i < Vector256<T>.Count; i++)
            if (!T.IsZero(mask[i]))
                values = values.WithElement(i, source[i]);
        return values;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> value, T* destination, Vector256<T> mask)
    {
        if (Avx.IsSupported && typeof(T) == typeof(double))
        {
            Avx.MaskStore((double*)destination, mask.AsDouble(), value.AsDouble());
            return;
        }
        if (Avx.IsSupported)
        {
            Avx.MaskStore((float*)destination, mask.AsSingle(), value.AsSingle());
            return;
        }
        for (var i = 0; i < Vector256<T>.Count; i++)
            if (!T.IsZero(mask[i]))
                destination[i] = value[i];
    }

    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    public static Vector256<T> Subtract(Vector256<T> a, Vector256<T> b) => a - b;

    public static Vector256<T> Multiply(Vector256<T> a, Vector256<T> b) => a * b;

    public static Vector256<T> Divide(Vector256<T> a, Vector256<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) => typeof(T) == typeof(double)
        ? Vector256.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>()
        : Vector256.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplySubtractFrom(Vector256<T> a, Vector256<T> b, Vector256<T> c) => MultiplyAdd(-a, b, c);

    public static Vector256<T> Sqrt(Vector256<T> a) => Vector256.Sqrt(a);

    public static Vector256<T> Abs(Vector256<T> a) => Vector256.Abs(a);

    public static Vector256<T> Negate(Vector256<T> a) => -a;

    public static Vector256<T> Max(Vector256<T> a, Vector256<T> b) => Vector256.Max(a, b);

    public static T Sum(Vector256<T> a) => Vector256.Sum(a);

    public static Vector256<T> LessThan(Vector256<T> a, Vector256<T> b) => Vector256.LessThan(a, b);

    public static Vector256<T> LessThanOrEqual(Vector256<T> a, Vector256<T> b) => Vector256.LessThanOrEqual(a, b);

    public static Vector256<T> And(Vector256<T> a, Vector256<T> b) => a & b;

    public static Vector256<T> Or(Vector256<T> a, Vector256<T> b) => a | b;

    public static Vector256<T> AndNot(Vector256<T> a, Vector256<T> b) => Vector256.AndNot(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Select(Vector256<T> mask, Vector256<T> yes, Vector256<T> no) => Vector256.ConditionalSelect(mask, yes, no);

    public static bool Any(Vector256<T> mask) => mask.ExtractMostSignificantBits() != 0;

    public static Vector256<T> Apply<F>(Vector256<T> a) where F : struct, IElementwise<T> => F.Invoke(a);
}
