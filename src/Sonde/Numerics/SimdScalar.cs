using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sonde.Numerics;

/// <summary>One number, kept in the first lane.</summary>
internal readonly unsafe struct SimdScalar<T>(Vector128<T> value) : ISimd<SimdScalar<T>, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly Vector128<T> Value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> Load(T* source) => new(Vector128.CreateScalar(*source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> Of(T value) => new(Vector128.CreateScalar(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> OfBits(long bits) => typeof(T) == typeof(double)
        ? new(Vector128.CreateScalar(bits).As<long, T>())
        : new(Vector128.CreateScalar((int)bits).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* destination) => *destination = Value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> operator +(SimdScalar<T> a, SimdScalar<T> b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> operator -(SimdScalar<T> a, SimdScalar<T> b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> operator *(SimdScalar<T> a, SimdScalar<T> b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> operator /(SimdScalar<T> a, SimdScalar<T> b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> operator -(SimdScalar<T> a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> operator &(SimdScalar<T> a, SimdScalar<T> b) => new(a.Value & b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> operator |(SimdScalar<T> a, SimdScalar<T> b) => new(a.Value | b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> operator ^(SimdScalar<T> a, SimdScalar<T> b) => new(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> MultiplyAdd(SimdScalar<T> a, SimdScalar<T> b, SimdScalar<T> c) => typeof(T) == typeof(double)
        ? new(Vector128.FusedMultiplyAdd(a.Value.AsDouble(), b.Value.AsDouble(), c.Value.AsDouble()).As<double, T>())
        : new(Vector128.FusedMultiplyAdd(a.Value.AsSingle(), b.Value.AsSingle(), c.Value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> Sqrt(SimdScalar<T> a) => new(Vector128.Sqrt(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> Abs(SimdScalar<T> a) => new(Vector128.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> Min(SimdScalar<T> a, SimdScalar<T> b) => new(Vector128.MinNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> Max(SimdScalar<T> a, SimdScalar<T> b) => new(Vector128.MaxNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> LessThan(SimdScalar<T> a, SimdScalar<T> b) => new(Vector128.LessThan(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> Equal(SimdScalar<T> a, SimdScalar<T> b) => new(Vector128.Equals(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> EqualBits(SimdScalar<T> a, SimdScalar<T> b) => typeof(T) == typeof(double)
        ? new(Vector128.Equals(a.Value.AsInt64(), b.Value.AsInt64()).As<long, T>())
        : new(Vector128.Equals(a.Value.AsInt32(), b.Value.AsInt32()).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> Select(SimdScalar<T> mask, SimdScalar<T> whenSet, SimdScalar<T> whenClear) =>
        new(Vector128.ConditionalSelect(mask.Value, whenSet.Value, whenClear.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(SimdScalar<T> mask) => (typeof(T) == typeof(double) ? mask.Value.AsInt64().ToScalar() : mask.Value.AsInt32().ToScalar()) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> AddBits(SimdScalar<T> a, SimdScalar<T> b) => typeof(T) == typeof(double)
        ? new((a.Value.AsInt64() + b.Value.AsInt64()).As<long, T>())
        : new((a.Value.AsInt32() + b.Value.AsInt32()).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> SubtractBits(SimdScalar<T> a, SimdScalar<T> b) => typeof(T) == typeof(double)
        ? new((a.Value.AsInt64() - b.Value.AsInt64()).As<long, T>())
        : new((a.Value.AsInt32() - b.Value.AsInt32()).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> MultiplyHalvesBits(SimdScalar<T> a, SimdScalar<T> b) => Sse2.IsSupported
        ? new(Sse2.Multiply(a.Value.AsUInt32(), b.Value.AsUInt32()).As<ulong, T>())
        : new(((a.Value.AsUInt64() & Vector128.Create(0xFFFFFFFFUL)) * (b.Value.AsUInt64() & Vector128.Create(0xFFFFFFFFUL))).As<ulong, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> ShiftLeftBits(SimdScalar<T> a, int count) => typeof(T) == typeof(double)
        ? new((a.Value.AsInt64() << count).As<long, T>())
        : new((a.Value.AsInt32() << count).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> ShiftRightBits(SimdScalar<T> a, int count) => typeof(T) == typeof(double)
        ? new((a.Value.AsInt64() >>> count).As<long, T>())
        : new((a.Value.AsInt32() >>> count).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdScalar<T> Call<TKernel>(SimdScalar<T> a) where TKernel : IVectorKernel => Of(VectorMathKernel<TKernel>.Invoke(a.Value.ToScalar()));
}
