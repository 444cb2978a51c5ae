using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>What analyses share: their operands are means, what the prior says beside them, and the evidence a and b; they compute in double precision.</summary>
internal static class AnalysisRows
{
    /// <summary>The size of the result.</summary>
    /// <param name="x">μ [rows, n], the prior's numbers [rows or 1, n k], the lower bands of a [rows, n (p + 1)], b [rows, n].</param>
    /// <param name="numbers">k.</param>
    /// <param name="halfWidth">p.</param>
    public static Size Measure<T>(Operands<T> x, int numbers, int halfWidth) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (mean, prior, band, right) = (x.Size(0), x.Size(1), x.Size(2), x.Size(3));
        var bands = new Size(mean.Rows, mean.Width * (halfWidth + 1));
        return prior.Width == mean.Width * numbers && (prior.Rows == mean.Rows || prior.Rows == 1) && band == bands && right == mean
            ? mean
            : throw new ArgumentException(
                $"Means of {mean} need {new Size(mean.Rows, mean.Width * numbers)} numbers of the prior, bands of {bands} (half-width {halfWidth}) and a right side of {mean}, not {prior}, {band} and {right}.");
    }

    public static void Read<T>(ReadOnlySpan<T> from, Batch<double> to) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TensorPrimitives.ConvertTruncating<T, double>(from, to.Values);

    public static void Add<T>(ReadOnlySpan<double> values, Span<T> to) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < to.Length; i++)
            to[i] += T.CreateTruncating(values[i]);
    }

    /// <summary>e = μ − x.</summary>
    public static void Departure<T>(ReadOnlySpan<T> mean, ReadOnlySpan<T> x, Batch<double> e) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < mean.Length; i++)
            e.Values[i] = double.CreateTruncating(mean[i]) - double.CreateTruncating(x[i]);
    }
}
