using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>Copies parts of the factors of a large product into the order in which the innermost kernel reads them.</summary>
internal static unsafe class Packing<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>Panels of <paramref name="width"/> columns, one after the other; within a panel row after row.</summary>
    public static void Columns(int depth, int columns, Strided<T> b, int width, T* packed)
    {
        for (var j = 0; j < columns; j += width, packed += (nint)depth * width)
        {
            var count = Math.Min(width, columns - j);
            if (b.Column == 1)
                Copy(depth, count, b.At(0, j), b.Row, packed, width);
            else
                Transposition<T>.Copy(count, depth, b.At(0, j), b.Column, packed, width);
        }
    }

    /// <summary>Column after column of a few rows.</summary>
    public static void Rows(int rows, int depth, Strided<T> a, T* packed)
    {
        if (a.Row == 1)
            Copy(depth, rows, a.Origin, a.Column, packed, rows);
        else
            Transposition<T>.Copy(rows, depth, a.Origin, a.Row, packed, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(int rows, int columns, T* source, nint sourceRow, T* destination, nint destinationRow)
    {
        var whole = columns - columns % L.Count;
        var mask = L.First(columns - whole);
        for (; rows > 0; rows--, source += sourceRow, destination += destinationRow)
        {
            for (var j = 0; j < whole; j += L.Count)
                L.Store(L.Load(source + j), destination + j);
            if (whole < columns)
                L.Store(L.Load(source + whole, mask), destination + whole, mask);
        }
    }
}
