using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// y = c x or cᵀ x, row by row, with c lower triangular and banded: what whitens a departure x under the precision c cᵀ. Operands: the bands of c
/// [rows or 1, n (p + 1)], in the storage of <see cref="Banded"/>, and x [rows, n].
/// </summary>
/// <param name="halfWidth">p, 0 or more.</param>
/// <param name="transposed">Whether it is cᵀ that multiplies.</param>
public sealed class BandedLowerProduct<T>(int halfWidth, bool transposed) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => BandRows.Measure(x, halfWidth);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        y.Clear();
        AddProduct(x[0], x[1], y, transposed);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        if (dx.Has(0))
            AddProduct(dx[0], x[1], dy, transposed);
        if (dx.Has(1))
            AddProduct(x[0], dx[1], dy, transposed);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        if (xBar.Wants(1))
            AddProduct(x[0], yBar, xBar[1], !transposed);
        for (var row = 0; xBar.Wants(0) && row < y.Rows; row++)
        {
            var cBar = BandRows.Of(xBar[0], row, y.Width, halfWidth);
            if (transposed)
                Banded.AddLowerOuterProduct(T.One, x[1][row], yBar[row], cBar);
            else
                Banded.AddLowerOuterProduct(T.One, yBar[row], x[1][row], cBar);
        }
    }

    private void AddProduct(ReadOnlyBatch<T> c, ReadOnlyBatch<T> x, Batch<T> y, bool transpose)
    {
        for (var row = 0; row < y.Rows; row++)
            if (transpose)
                Banded.AddLowerTransposedProduct(T.One, BandRows.Of(c, row, y.Width, halfWidth), x.Slice(row, 1), y.Slice(row, 1));
            else
                Banded.AddLowerProduct(T.One, BandRows.Of(c, row, y.Width, halfWidth), x.Slice(row, 1), y.Slice(row, 1));
    }
}

/// <summary>
/// y = c⁻¹ x or c⁻ᵀ x, row by row, with c lower triangular and banded: the second turns white noise x into a draw with precision c cᵀ. Operands as
/// for <see cref="BandedLowerProduct{T}"/>. With w = c⁻ᵀ ȳ, x̄ += w and c̄ −= w yᵀ within the band.
/// </summary>
/// <param name="halfWidth">p, 0 or more.</param>
/// <param name="transposed">Whether it is cᵀ that is solved with.</param>
public sealed class BandedLowerSolve<T>(int halfWidth, bool transposed) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => BandRows.Measure(x, halfWidth);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        x[1].CopyTo(y);
        Solve(x, y, transposed);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var right = frame.RentCleared<T>(y.Rows, y.Width);              // dx − dc y
        if (dx.Has(1))
            dx[1].CopyTo(right);
        for (var row = 0; dx.Has(0) && row < y.Rows; row++)
            if (transposed)
                Banded.AddLowerTransposedProduct(-T.One, BandRows.Of(dx[0], row, y.Width, halfWidth), y.Slice(row, 1), right.Slice(row, 1));
            else
                Banded.AddLowerProduct(-T.One, BandRows.Of(dx[0], row, y.Width, halfWidth), y.Slice(row, 1), right.Slice(row, 1));
        Solve(x, right, transposed);
        dy += (ReadOnlyBatch<T>)right;
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var w = frame.Rent<T>(y.Rows, y.Width);
        yBar.CopyTo(w);
        Solve(x, w, !transposed);
        if (xBar.Wants(1))
        {
            var right = xBar[1];
            right += (ReadOnlyBatch<T>)w;
        }
        for (var row = 0; xBar.Wants(0) && row < y.Rows; row++)
        {
            var cBar = BandRows.Of(xBar[0], row, y.Width, halfWidth);
            if (transposed)
                Banded.AddLowerOuterProduct(-T.One, y[row], w[row], cBar);
            else
                Banded.AddLowerOuterProduct(-T.One, w[row], y[row], cBar);
        }
    }

    private void Solve(Operands<T> x, Batch<T> right, bool transpose)
    {
        for (var row = 0; row < right.Rows; row++)
            if (transpose)
                BandedCholesky.SolveLowerTransposed(BandRows.Of(x[0], row, right.Width, halfWidth), right.Slice(row, 1));
            else
                BandedCholesky.SolveLower(BandRows.Of(x[0], row, right.Width, halfWidth), right.Slice(row, 1));
    }
}
