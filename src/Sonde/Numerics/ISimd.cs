using System.Numerics;

namespace Sonde.Numerics;

/// <summary>
/// A vector of 1 … 16 numbers: one source of a kernel serves every width, and every width gives the same bits, because each
/// operation is rounded once on every machine. The members named …Bits read the lanes as integers of the same size; masks
/// are lanes of all ones or all zeros.
/// </summary>
internal unsafe interface ISimd<TSelf, T>
    where TSelf : unmanaged, ISimd<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract int Count { get; }

    static abstract TSelf Load(T* source);

    static abstract TSelf Of(T value);

    static abstract TSelf OfBits(long bits);

    void Store(T* destination);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a);

    static abstract TSelf operator &(TSelf a, TSelf b);

    static abstract TSelf operator |(TSelf a, TSelf b);

    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Sqrt(TSelf a);

    static abstract TSelf Abs(TSelf a);

    /// <summary>Where an argument is NaN, either may be returned.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>Where an argument is NaN, either may be returned.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    static abstract TSelf LessThan(TSelf a, TSelf b);

    static abstract TSelf Equal(TSelf a, TSelf b);

    static abstract TSelf EqualBits(TSelf a, TSelf b);

    static abstract TSelf Select(TSelf mask, TSelf whenSet, TSelf whenClear);

    static abstract bool Any(TSelf mask);

    static abstract TSelf AddBits(TSelf a, TSelf b);

    static abstract TSelf SubtractBits(TSelf a, TSelf b);

    /// <summary>The product of the low 32 bits of each 64-bit lane, for lanes of double alone.</summary>
    static abstract TSelf MultiplyHalvesBits(TSelf a, TSelf b);

    static abstract TSelf ShiftLeftBits(TSelf a, int count);

    static abstract TSelf ShiftRightBits(TSelf a, int count);

    /// <summary>The kernel in this precision.</summary>
    static abstract TSelf Call<TKernel>(TSelf a) where TKernel : IVectorKernel;
}
