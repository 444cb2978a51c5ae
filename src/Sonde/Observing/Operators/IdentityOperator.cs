using Sonde.Numerics;

namespace Sonde.Observing.Operators;

/// <summary>y = x: every component is observed.</summary>
public sealed class IdentityOperator : IObservationOperator
{
    /// <summary>Reads rows of <paramref name="width"/> components.</summary>
    public IdentityOperator(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        InputWidth = width;
    }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth => InputWidth;

    /// <inheritdoc/>
    public void Apply(ReadOnlyBatch<double> x, Batch<double> y)
    {
        Shapes.Check(this, x, y);
        x.CopyTo(y);
    }

    /// <inheritdoc/>
    public void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        Shapes.Check(this, x, dx, dy);
        dx.CopyTo(dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar)
    {
        Shapes.Check(this, x, xBar, yBar);
        xBar += yBar;
    }

    /// <inheritdoc/>
    public IObservationOperator Select(ReadOnlySpan<int> indices) => new ComponentOperator(InputWidth, indices.ToArray());
}
