using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>
/// A right factor of many products in the order in which they read it: a product of few rows takes about as long as copying the factor into that order.
/// </summary>
public sealed unsafe class PackedFactor<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Alignment = 64;
    private readonly T[] values;                            // pinned

    /// <summary>A copy of a factor.</summary>
    /// <param name="b">[inputs, outputs].</param>
    public PackedFactor(ReadOnlyBatch<T> b) : this(b.Rows, b.Width)
    {
        fixed (T* from = b.Values)
            Pack(new(from, b.Width, 1));
    }

    private PackedFactor(int rows, int width)
    {
        (Rows, Width) = (rows, width);
        values = GC.AllocateArray<T>(checked((int)Length + Alignment / sizeof(T)), pinned: true);
    }

    /// <summary>The factor's rows.</summary>
    public int Rows { get; }

    /// <summary>The factor's columns.</summary>
    public int Width { get; }

    internal T* Origin => (T*)(((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(values)) + Alignment - 1) & ~(nint)(Alignment - 1));

    private long Length => Lanes512<T>.IsSupported ? Product<T, Vector512<T>, Lanes512<T>>.PackedLength(Width, Rows)
        : Lanes256<T>.IsSupported ? Product<T, Vector256<T>, Lanes256<T>>.PackedLength(Width, Rows)
        : Product<T, T, ScalarLanes<T>>.PackedLength(Width, Rows);

    /// <summary>A copy of a matrix's transpose.</summary>
    /// <param name="b">[outputs, inputs].</param>
    public static PackedFactor<T> OfTransposed(ReadOnlyBatch<T> b)
    {
        var packed = new PackedFactor<T>(b.Width, b.Rows);
        fixed (T* from = b.Values)
            packed.Pack(new(from, 1, b.Width));
        return packed;
    }

    private void Pack(Strided<T> b)
    {
        if (Lanes512<T>.IsSupported)
            Product<T, Vector512<T>, Lanes512<T>>.Pack(Width, Rows, b, Origin);
        else if (Lanes256<T>.IsSupported)
            Product<T, Vector256<T>, Lanes256<T>>.Pack(Width, Rows, b, Origin);
        else
            Product<T, T, ScalarLanes<T>>.Pack(Width, Rows, b, Origin);
    }
}
