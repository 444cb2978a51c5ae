using Sonde.Numerics;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Rows at an address, so that a view of them can enter a lambda that other threads run. Valid only while whoever made it
/// keeps the memory in place.
/// </summary>
internal readonly unsafe struct PinnedRows(double* origin, int rows, int width)
{
    /// <summary>All rows.</summary>
    public Batch<double> All => new(new Span<double>(origin, checked(rows * width)), rows, width);

    /// <summary>Part of one row.</summary>
    public Span<double> Part(int row, int first, int count) => new(origin + (nint)row * width + first, count);

    public int Rows => rows;

    public int Width => width;
}
