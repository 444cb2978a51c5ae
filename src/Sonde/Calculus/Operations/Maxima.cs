using System.Numerics;
using System.Runtime.Intrinsics;
using Sonde.Numerics.Kernels;

namespace Sonde.Calculus.Operations;

/// <summary><see cref="MaximaTile{T, V, L}"/> by the widest registers there are. Spans are as long as there are columns, or reach over all lines.</summary>
internal static unsafe class Maxima
{
    /// <summary>The largest number of each column of lines that are <paramref name="pitch"/> apart.</summary>
    public static void Columns<T>(int lines, ReadOnlySpan<T> x, int pitch, Span<T> largest) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(lines, largest.Length, pitch, x.Length);
        fixed (T* px = x, pLargest = largest)
            if (Lanes512<T>.IsSupported)
                MaximaTile<T, Vector512<T>, Lanes512<T>>.Columns(lines, largest.Length, px, pitch, pLargest);
            else if (Lanes256<T>.IsSupported)
                MaximaTile<T, Vector256<T>, Lanes256<T>>.Columns(lines, largest.Length, px, pitch, pLargest);
            else
                MaximaTile<T, T, ScalarLanes<T>>.Columns(lines, largest.Length, px, pitch, pLargest);
    }

    /// <summary>1 for each column that holds the number given for it, 0 for others.</summary>
    public static void Holds<T>(int lines, ReadOnlySpan<T> x, int pitch, ReadOnlySpan<T> largest, Span<T> holds) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(lines, largest.Length, pitch, x.Length);
        fixed (T* px = x, pLargest = largest, pHolds = holds[..largest.Length])
            if (Lanes512<T>.IsSupported)
                MaximaTile<T, Vector512<T>, Lanes512<T>>.Holds(lines, largest.Length, px, pitch, pLargest, pHolds);
            else if (Lanes256<T>.IsSupported)
                MaximaTile<T, Vector256<T>, Lanes256<T>>.Holds(lines, largest.Length, px, pitch, pLargest, pHolds);
            else
                MaximaTile<T, T, ScalarLanes<T>>.Holds(lines, largest.Length, px, pitch, pLargest, pHolds);
    }

    /// <summary>to, or what it held and, the number given for each open column at the first line where it holds its largest.</summary>
    public static void Place<T>(
        int lines, ReadOnlySpan<T> x, int pitch, ReadOnlySpan<T> largest, ReadOnlySpan<T> closed, ReadOnlySpan<T> factors, bool adds, Span<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = largest.Length;
        Check(lines, width, pitch, Math.Min(x.Length, to.Length));
        fixed (T* px = x, pLargest = largest, pClosed = closed[..width], pFactors = factors[..width], pTo = to)
            if (Lanes512<T>.IsSupported)
                MaximaTile<T, Vector512<T>, Lanes512<T>>.Place(lines, width, px, pitch, pLargest, pClosed, pFactors, adds, pTo);
            else if (Lanes256<T>.IsSupported)
                MaximaTile<T, Vector256<T>, Lanes256<T>>.Place(lines, width, px, pitch, pLargest, pClosed, pFactors, adds, pTo);
            else
                MaximaTile<T, T, ScalarLanes<T>>.Place(lines, width, px, pitch, pLargest, pClosed, pFactors, adds, pTo);
    }

    private static void Check(int lines, int width, int pitch, int length) => ArgumentOutOfRangeException.ThrowIfGreaterThan((lines - 1) * pitch + width, length);
}
