using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>
/// Numbers that never vary, such as trained weights: tapes read them where they lie, and products with their parts find these
/// packed.
/// </summary>
public sealed unsafe class FixedRows<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] values;                            // pinned
    private readonly ConcurrentDictionary<(int Offset, Size Size, bool Transposed), PackedFactor<T>> packed = [];

    /// <summary>A copy of numbers.</summary>
    public FixedRows(ReadOnlyBatch<T> rows)
    {
        values = GC.AllocateUninitializedArray<T>(rows.Values.Length, pinned: true);
        rows.Values.CopyTo(values);
        Size = new(rows.Rows, rows.Width);
    }

    /// <summary>Rows and width.</summary>
    public Size Size { get; }

    internal T* Origin => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(values));

    /// <summary>A part, read as a matrix, as a right factor.</summary>
    internal PackedFactor<T> Packed(T* part, Size size, bool transposed)
    {
        var key = ((int)(part - Origin), size, transposed);
        if (packed.TryGetValue(key, out var known))
            return known;
        var rows = new ReadOnlyBatch<T>(new ReadOnlySpan<T>(part, size.Count), size.Rows, size.Width);
        return packed.GetOrAdd(key, transposed ? PackedFactor<T>.OfTransposed(rows) : new PackedFactor<T>(rows));
    }
}
