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

    /// <summary>right ← db − da x, of one row: what changes of the evidence ask of the analysis.</summary>
    /// <param name="dx">Tangents of the operands.</param>
    /// <param name="x">The analysis, all rows.</param>
    /// <param name="row">Which.</param>
    /// <param name="right">[1, n], overwritten.</param>
    /// <param name="band">Room, [n, p + 1].</param>
    /// <param name="vector">Room, [1, n].</param>
    public static void EvidenceTangent<T>(Tangents<T> dx, ReadOnlyBatch<T> x, int row, Batch<double> right, Batch<double> band, Batch<double> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        right.Clear();
        if (dx.Has(3))
            Read(dx[3][row], right);
        if (dx.Has(2))
        {
            Read(dx[2][row], band);
            Read(x[row], vector);
            Banded.AddProduct(-1, band, vector, right);
        }
    }

    /// <summary>b̄ += w and ā −= w xᵀ, of one row.</summary>
    /// <param name="xBar">Adjoints of the operands.</param>
    /// <param name="x">The analysis, all rows.</param>
    /// <param name="row">Which.</param>
    /// <param name="w">[1, n].</param>
    /// <param name="band">Room, [n, p + 1].</param>
    /// <param name="vector">Room, [1, n].</param>
    public static void AddEvidenceAdjoint<T>(Adjoints<T> xBar, ReadOnlyBatch<T> x, int row, Batch<double> w, Batch<double> band, Batch<double> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (xBar.Wants(2))
        {
            band.Clear();
            Read(x[row], vector);
            Banded.AddOuterProduct(-1, w.Values, vector.Values, band);
            Add(band.Values, xBar[2][row]);
        }
        if (xBar.Wants(3))
            Add(w.Values, xBar[3][row]);
    }
}
