using System.Numerics;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// The arithmetic of V, a register that holds <see cref="Count"/> numbers of type T. Kernels are written once against this
/// and compiled for 512 and 256 bits and for plain numbers, where V is T itself. A comparison gives a mask of type V.
/// </summary>
internal unsafe interface ILanes<T, V> where T : unmanaged, IBinaryFloatingPointIeee754<T> where V : unmanaged
{
    /// <summary>Numbers in a register.</summary>
    static abstract int Count { get; }

    /// <summary>How many accumulators the register file holds beside what a kernel reads.</summary>
    static abstract int Accumulators { get; }

    static abstract V Zero { get; }

    static abstract V Broadcast(T value);

    static abstract V Load(T* source);

    static abstract void Store(V value, T* destination);

    /// <summary>True in the first <paramref name="count"/> lanes.</summary>
    static abstract V First(int count);

    /// <summary>Reads the lanes where the mask is true and touches no other memory; the rest is zero.</summary>
    static abstract V Load(T* source, V mask);

    /// <summary>Writes the lanes where the mask is true and touches no other memory.</summary>
    static abstract void Store(V value, T* destination, V mask);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    static abstract V Divide(V a, V b);

    /// <summary>a b + c, with one rounding where the hardware has it.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>c − a b, with one rounding where the hardware has it.</summary>
    static abstract V MultiplySubtractFrom(V a, V b, V c);

    static abstract V Sqrt(V a);

    static abstract V Abs(V a);

    static abstract V Negate(V a);

    static abstract V Max(V a, V b);

    /// <summary>The sum of the lanes.</summary>
    static abstract T Sum(V a);

    static abstract V LessThan(V a, V b);

    static abstract V LessThanOrEqual(V a, V b);

    static abstract V And(V a, V b);

    static abstract V Or(V a, V b);

    /// <summary>a where b is false.</summary>
    static abstract V AndNot(V a, V b);

    /// <summary>yes where the mask is true, no elsewhere.</summary>
    static abstract V Select(V mask, V yes, V no);

    /// <summary>True where any lane of the mask is.</summary>
    static abstract bool Any(V mask);

    /// <summary>f of each lane.</summary>
    static abstract V Apply<F>(V a) where F : struct, IElementwise<T>;
}
