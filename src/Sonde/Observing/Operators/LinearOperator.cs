using Sonde.Numerics;

namespace Sonde.Observing.Operators;

/// <summary>y = H x with a dense matrix.</summary>
public sealed class LinearOperator : IObservationOperator
{
    private readonly Matrix<double> h;

    /// <summary>Observes through H; takes it over, does not copy.</summary>
    /// <param name="h">H, [m, width of a state].</param>
    public LinearOperator(Matrix<double> h)
    {
        ArgumentNullException.ThrowIfNull(h);
        this.h = h;
    }

    /// <inheritdoc/>
    public int InputWidth => h.Width;

    /// <inheritdoc/>
    public int OutputWidth => h.Rows;

    /// <inheritdoc/>
    public void Apply(ReadOnlyBatch<double> x, Batch<double> y)
    {
        Shapes.Check(this, x, y);
        Dense.MultiplyTransposedRight(1, x, h, 0, y);
    }

    /// <inheritdoc/>
    public void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        Shapes.Check(this, x, dx, dy);
        Dense.MultiplyTransposedRight(1, dx, h, 0, dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar)
    {
        Shapes.Check(this, x, xBar, yBar);
        Dense.Multiply(1, yBar, h, 1, xBar);
    }

    /// <inheritdoc/>
    public IObservationOperator Select(ReadOnlySpan<int> indices)
    {
        var chosen = new Matrix<double>(indices.Length, h.Width);
        for (var i = 0; i < indices.Length; i++)
            h[indices[i]].CopyTo(chosen[i]);
        return new LinearOperator(chosen);
    }
}
