using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// log det a, row by row, [rows, 1], with a symmetric positive definite and banded: what a Gaussian's likelihood needs. The operand holds lower
/// bands [rows, n (p + 1)] in the storage of <see cref="Banded"/>. Its derivative is tr(a⁻¹ da), for which the entries of a⁻¹ within the band are
/// enough. Where a is not positive definite the result is NaN.
/// </summary>
/// <param name="halfWidth">p, 0 or more.</param>
public sealed class BandedLogDeterminant<T>(int halfWidth) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        BandRows.Rows(x.Size(0), halfWidth);
        return new(x.Size(0).Rows, 1);
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var l = frame.Rent<T>(BandRows.Rows(x.Size(0), halfWidth), halfWidth + 1);
        for (var row = 0; row < y.Rows; row++)
        {
            x[0][row].CopyTo(l.Values);
            y[row, 0] = BandedCholesky.Factor(l) ? BandedCholesky.LogDeterminant<T>(l) : T.NaN;
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var slope = frame.Rent<T>(BandRows.Rows(x.Size(0), halfWidth), halfWidth + 1);
        for (var row = 0; row < y.Rows; row++)
        {
            Slope(x[0][row], slope);
            dy[row, 0] += TensorPrimitives.Dot<T>(slope.Values, dx[0][row]);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var slope = frame.Rent<T>(BandRows.Rows(x.Size(0), halfWidth), halfWidth + 1);
        for (var row = 0; row < y.Rows; row++)
        {
            Slope(x[0][row], slope);
            TensorPrimitives.MultiplyAdd(slope.Values, yBar[row, 0], xBar[0][row], xBar[0][row]);
        }
    }

    /// <summary>∂ log det a / ∂a: a⁻¹ within the band, twice off the diagonal, where a number stands for two entries.</summary>
    private static void Slope(ReadOnlySpan<T> band, Batch<T> slope)
    {
        using var frame = Scratch.Enter();
        var l = frame.Rent<T>(slope.Rows, slope.Width);
        band.CopyTo(l.Values);
        if (!BandedCholesky.Factor(l))
        {
            slope.Fill(T.NaN);
            return;
        }
        BandedCholesky.SelectedInverse(l, slope);
        for (var i = 0; i < slope.Rows; i++)
            foreach (ref var entry in slope[i][..^1])
                entry += entry;
    }
}
