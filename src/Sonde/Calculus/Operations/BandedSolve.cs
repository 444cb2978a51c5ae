using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// y = a⁻¹ b, row by row, with a symmetric positive definite and banded: the mean of a Gaussian whose precision is a band. Operands: the lower
/// bands of a [rows or 1, n (p + 1)], each in the storage of <see cref="Banded"/>, and b [rows, n]. With w = a⁻¹ ȳ, b̄ += w and
/// ā −= w yᵀ + y wᵀ below the diagonal and half that on it. Where a is not positive definite y is NaN.
/// </summary>
/// <param name="halfWidth">p, 0 or more.</param>
public sealed class BandedSolve<T>(int halfWidth) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => BandRows.Measure(x, halfWidth);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        x[1].CopyTo(y);
        Solve(x, y);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var right = frame.RentCleared<T>(y.Rows, y.Width);              // db − da y
        if (dx.Has(1))
            dx[1].CopyTo(right);
        for (var row = 0; dx.Has(0) && row < y.Rows; row++)
            Banded.AddProduct(-T.One, BandRows.Of(dx[0], row, y.Width, halfWidth), y.Slice(row, 1), right.Slice(row, 1));
        Solve(x, right);
        dy += (ReadOnlyBatch<T>)right;
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var w = frame.Rent<T>(y.Rows, y.Width);
        yBar.CopyTo(w);
        Solve(x, w);
        if (xBar.Wants(1))
        {
            var bBar = xBar[1];
            bBar += (ReadOnlyBatch<T>)w;
        }
        for (var row = 0; xBar.Wants(0) && row < y.Rows; row++)
            Banded.AddOuterProduct(-T.One, w[row], y[row], BandRows.Of(xBar[0], row, y.Width, halfWidth));
    }

    private void Solve(Operands<T> x, Batch<T> b)
    {
        using var frame = Scratch.Enter();
        var l = frame.Rent<T>(b.Width, halfWidth + 1);
        var shared = x.Size(0).Rows == 1;
        for (var row = 0; row < (shared ? Math.Min(1, b.Rows) : b.Rows); row++)
        {
            var rows = shared ? b : b.Slice(row, 1);
            BandRows.Of(x[0], row, b.Width, halfWidth).CopyTo(l);
            if (BandedCholesky.Factor(l))
                BandedCholesky.Solve(l, rows);
            else
                rows.Fill(T.NaN);
        }
    }
}
