using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Rows at an address, so that a view of them can enter a lambda that other threads run. Valid only while whoever made it
/// keeps the memory in place.
/// </summary>
internal readonly unsafe struct PinnedRows(double* origin, int rows, int width)
{
    /// <summary>Rows rented from <see cref="Scratch"/>, which never moves; valid until their frame closes.</summary>
    public static PinnedRows OfScratch(Batch<double> rented) =>
        new((double*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(rented.Values)), rented.Rows, rented.Width);

    /// <summary>The number of rows.</summary>
    public int Rows => rows;

    /// <summary>The number of values in a row.</summary>
    public int Width => width;

    /// <summary>All rows.</summary>
    public Batch<double> All => new(new Span<double>(origin, checked(rows * width)), rows, width);

    /// <summary>One row.</summary>
    public Span<double> this[int row] => new(origin + (nint)row * width, width);

    /// <summary>Part of one row.</summary>
    public Span<double> Part(int row, int first, int count) => new(origin + (nint)row * width + first, count);

    /// <summary>Columns of these rows to rows of another batch: to[i, n] = this[n, first + i]; what lies beyond is left alone.</summary>
    public void CopyColumns(int first, Batch<double> to)
    {
        for (var n = 0; n < rows; n++)
        {
            var from = Part(n, first, to.Rows);
            for (var i = 0; i < from.Length; i++)
                to[i, n] = from[i];
        }
    }

    /// <summary>Rows of another batch to columns of these: this[n, first + i] = from[i, n].</summary>
    public void SetColumns(int first, ReadOnlyBatch<double> from)
    {
        for (var n = 0; n < rows; n++)
        {
            var to = Part(n, first, from.Rows);
            for (var i = 0; i < to.Length; i++)
                to[i] = from[i, n];
        }
    }
}
