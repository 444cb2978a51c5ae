using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>Rows that hold the numbers of a band, one after the other; one row may serve all.</summary>
internal static class BandRows
{
    /// <summary>The size of an operation on bands [rows or 1, n (p + 1)] and vectors [rows, n].</summary>
    public static Size Measure<T>(Operands<T> x, int halfWidth) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (bands, vectors) = (x.Size(0), x.Size(1));
        return bands.Width == vectors.Width * (halfWidth + 1) && (bands.Rows == vectors.Rows || bands.Rows == 1)
            ? vectors
            : throw new ArgumentException(
                $"Vectors of {vectors} need bands of {vectors.Rows} × {vectors.Width * (halfWidth + 1)} (half-width {halfWidth}), not of {bands}.");
    }

    /// <summary>n, from the numbers of a band.</summary>
    public static int Rows(Size bands, int halfWidth) => bands.Width % (halfWidth + 1) == 0
        ? bands.Width / (halfWidth + 1)
        : throw new ArgumentException($"Bands of half-width {halfWidth} have a multiple of {halfWidth + 1} numbers, not {bands.Width}.");

    /// <summary>The band that serves a row.</summary>
    public static ReadOnlyBatch<T> Of<T>(ReadOnlyBatch<T> bands, int row, int n, int halfWidth) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(bands[bands.Rows == 1 ? 0 : row], n, halfWidth + 1);

    /// <summary>The band that serves a row.</summary>
    public static Batch<T> Of<T>(Batch<T> bands, int row, int n, int halfWidth) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(bands[bands.Rows == 1 ? 0 : row], n, halfWidth + 1);
}
