using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sonde.Numerics.Kernels;

/// <summary>Registers of 512 bits.</summary>
internal readonly unsafe struct Lanes512<T> : ILanes<T, Vector512<T>> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsSupported => Vector512.IsHardwareAccelerated && (typeof(T) == typeof(double) || typeof(T) == typeof(float));

    public static int Count => Vector512<T>.Count;

    public static int Accumulators => 24;

    public static Vector512<T> Zero => Vector512<T>.Zero;

    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    public static void Store(Vector512<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> First(int count) => typeof(T) == typeof(double)
        ? Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).As<long, T>()
        : Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* source, Vector512<T> mask)
    {
        if (Avx512F.IsSupported)
            return typeof(T) == typeof(double)
                ? Avx512F.MaskLoad((double*)source, mask.AsDouble(), Vector512<double>.Zero).As<double, T>()
                : Avx512F.MaskLoad((float*)source, mask.AsSingle(), Vector512<float>.Zero).As<float, T>();
        var values = Vector512<T>.Zero;
        for (var i = 0; i < Vector512<T>.Count; i++)
            if (!T.IsZero(mask[i]))
                values = values.WithElement(i, source[i]);
        return values;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> value, T* destination, Vector512<T> mask)
    {
        if (Avx512F.IsSupported && typeof(T) == typeof(double))
        {
            Avx512F.MaskStore((double*)destination, mask.AsDouble(), value.AsDouble());
            return;
        }
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore((float*)destination, mask.AsSingle(), value.AsSingle());
            return;
        }
        for (var i = 0; i < Vector512<T>.Count; i++)
            if (!T.IsZero(mask[i]))
                destination[i] = value[i];
    }

    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;

    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    public static Vector512<T> Divide(Vector512<T> a, Vector512<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) => typeof(T) == typeof(double)
        ? Vector512.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>()
        : Vector512.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplySubtractFrom(Vector512<T> a, Vector512<T> b, Vector512<T> c) => MultiplyAdd(-a, b, c);

    public static Vector512<T> Sqrt(Vector512<T> a) => Vector512.Sqrt(a);

    public static Vector512<T> Abs(Vector512<T> a) => Vector512.Abs(a);

    public static Vector512<T> Negate(Vector512<T> a) => -a;

    public static Vector512<T> Max(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);

    public static T Sum(Vector512<T> a) => Vector512.Sum(a);

    public static Vector512<T> LessThan(Vector512<T> a, Vector512<T> b) => Vector512.LessThan(a, b);

    public static Vector512<T> LessThanOrEqual(Vector512<T> a, Vector512<T> b) => Vector512.LessThanOrEqual(a, b);

    public static Vector512<T> And(Vector512<T> a, Vector512<T> b) => a & b;

    public static Vector512<T> Or(Vector512<T> a, Vector512<T> b) => a | b;

    public static Vector512<T> AndNot(Vector512<T> a, Vector512<T> b) => Vector512.AndNot(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Select(Vector512<T> mask, Vector512<T> yes, Vector512<T> no) => Vector512.ConditionalSelect(mask, yes, no);

    public static bool Any(Vector512<T> mask) => mask.ExtractMostSignificantBits() != 0;

    public static Vector512<T> Apply<F>(Vector512<T> a) where F : struct, IElementwise<T> => F.Invoke(a);
}
