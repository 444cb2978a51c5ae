using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>
/// Numbers that never vary, such as trained weights: tapes read them where they lie, and the transposes of their parts are formed once, not in every
/// recording.
/// </summary>
public sealed unsafe class FixedRows<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] values;                            // pinned
    private readonly ConcurrentDictionary<(int Offset, Size Size), T[]> transposes = [];

    /// <summary>A copy of numbers.</summary>
    public FixedRows(ReadOnlyBatch<T> rows)
    {
        values = GC.AllocateUninitializedArray<T>(rows.Values.Length, pinned: true);
        rows.Values.CopyTo(values);
        Size = new(rows.Rows, rows.Width);
    }

    /// <summary>Rows and width.</summary>
    public Size Size { get; }

    internal T* Origin => PointerTo(values);

    /// <summary>The transpose of a part, read as a matrix.</summary>
    internal T* Transposed(T* part, Size size)
    {
        var key = ((int)(part - Origin), size);
        return PointerTo(transposes.TryGetValue(key, out var known) ? known : transposes.GetOrAdd(key, Transpose(part, size)));
    }

    private static T[] Transpose(T* part, Size size)
    {
        var transposed = GC.AllocateUninitializedArray<T>(size.Count, pinned: true);
        Dense.Transpose(new ReadOnlyBatch<T>(new ReadOnlySpan<T>(part, size.Count), size.Rows, size.Width), new Batch<T>(transposed, size.Width, size.Rows));
        return transposed;
    }

    private static T* PointerTo(T[] pinned) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
