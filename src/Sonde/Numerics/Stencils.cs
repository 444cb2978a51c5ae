using System.Numerics;
using System.Runtime.Intrinsics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>
/// Products with shifted copies of a plane of numbers that are read where they lie: a convolution without its matrix of patches.
/// Planes, factors and results must have <see cref="Room"/> numbers behind what they hold.
/// </summary>
internal static unsafe class Stencils
{
    /// <summary>How far beyond their end planes are read and results written.</summary>
    public const int Room = 16;

    /// <summary>c[i, p] = Σₖ a[i, k] plane[offsets[k] + p] for p &lt; count; rows of c are as wide as c, a has as many columns as there are offsets.</summary>
    public static void Multiply<T>(ReadOnlyBatch<T> a, ReadOnlySpan<T> plane, ReadOnlySpan<nint> offsets, int count, Batch<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* pa = a.Values, pPlane = plane, pc = c.Values)
        fixed (nint* pOffsets = offsets)
            if (Lanes512<T>.IsSupported)
                StencilTile<T, Vector512<T>, Lanes512<T>>.Multiply(a.Rows, count, a.Width, pa, pPlane, pOffsets, pc, c.Width);
            else if (Lanes256<T>.IsSupported)
                StencilTile<T, Vector256<T>, Lanes256<T>>.Multiply(a.Rows, count, a.Width, pa, pPlane, pOffsets, pc, c.Width);
            else
                StencilTile<T, T, ScalarLanes<T>>.Multiply(a.Rows, count, a.Width, pa, pPlane, pOffsets, pc, c.Width);
    }

    /// <summary>
    /// c[k, j] += Σ plane[offsets[k] + line pitch + x] b[line width + x, j] over lines and x &lt; width, for j &lt; columns. Rows of b are <paramref name="columns"/>
    /// apart, those of c as wide as c.
    /// </summary>
    public static void AddProducts<T>(
        int lines, int width, ReadOnlySpan<T> plane, int pitch, ReadOnlySpan<nint> offsets, ReadOnlySpan<T> b, int columns, Batch<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* pPlane = plane, pb = b, pc = c.Values)
        fixed (nint* pOffsets = offsets)
            if (Lanes512<T>.IsSupported)
                StencilTile<T, Vector512<T>, Lanes512<T>>.AddProducts(c.Rows, columns, lines, width, pPlane, pitch, pOffsets, pb, columns, pc, c.Width);
            else if (Lanes256<T>.IsSupported)
                StencilTile<T, Vector256<T>, Lanes256<T>>.AddProducts(c.Rows, columns, lines, width, pPlane, pitch, pOffsets, pb, columns, pc, c.Width);
            else
                StencilTile<T, T, ScalarLanes<T>>.AddProducts(c.Rows, columns, lines, width, pPlane, pitch, pOffsets, pb, columns, pc, c.Width);
    }

    /// <summary>
    /// to[j, i] = from[i, j], i &lt; rows, j &lt; columns; the rows of <c>from</c> are <paramref name="pitch"/> apart, those of <c>to</c> <paramref name="pitchOfTo"/>.
    /// </summary>
    public static void Transpose<T>(ReadOnlySpan<T> from, int rows, int pitch, int columns, Span<T> to, int pitchOfTo) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((rows - 1) * pitch + columns, from.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((columns - 1) * pitchOfTo + rows, to.Length);
        fixed (T* pFrom = from, pTo = to)
            Transposition<T>.Copy(rows, columns, pFrom, pitch, pTo, pitchOfTo);
    }

    /// <summary>The least multiple of a register's size that holds this many numbers.</summary>
    public static int Whole(int count) => (count + Room - 1) / Room * Room;
}
