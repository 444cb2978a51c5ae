using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// The band of c cᵀ from that of a lower triangular c with half-width p, row by row, [rows, n (p + 1)], in the storage of <see cref="Banded"/>: with
/// a positive diagonal of c, a precision that is positive definite whatever a network gives.
/// </summary>
/// <param name="halfWidth">p, 0 or more.</param>
public sealed class BandedGram<T>(int halfWidth) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        BandRows.Rows(x.Size(0), halfWidth);
        return x.Size(0);
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        var n = BandRows.Rows(x.Size(0), halfWidth);
        for (var row = 0; row < y.Rows; row++)
            Banded.Gram(BandRows.Of(x[0], row, n, halfWidth), BandRows.Of(y, row, n, halfWidth));
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        var n = BandRows.Rows(x.Size(0), halfWidth);
        for (var row = 0; row < y.Rows; row++)
            Banded.AddGramTangent(BandRows.Of(x[0], row, n, halfWidth), BandRows.Of(dx[0], row, n, halfWidth), BandRows.Of(dy, row, n, halfWidth));
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        var n = BandRows.Rows(x.Size(0), halfWidth);
        for (var row = 0; row < y.Rows; row++)
            Banded.AddGramAdjoint(BandRows.Of(x[0], row, n, halfWidth), BandRows.Of(yBar, row, n, halfWidth), BandRows.Of(xBar[0], row, n, halfWidth));
    }
}
