using Sonde.Numerics;

namespace Sonde.Observing.Operators;

/// <summary>yᵢ = x[cᵢ]: some components are observed, each exactly.</summary>
public sealed class ComponentOperator : IObservationOperator
{
    private readonly int[] components;

    /// <summary>Picks components, in the order given; one may be picked more than once.</summary>
    /// <param name="inputWidth">Width of the rows read.</param>
    /// <param name="components">c, each in 0 … inputWidth − 1; taken over, not copied.</param>
    /// <exception cref="ArgumentException">A component lies outside the row.</exception>
    public ComponentOperator(int inputWidth, int[] components)
    {
        ArgumentNullException.ThrowIfNull(components);
        foreach (var c in components)
            if ((uint)c >= (uint)inputWidth)
                throw new ArgumentException($"Component {c} lies outside a row of {inputWidth} components.", nameof(components));
        (InputWidth, this.components) = (inputWidth, components);
    }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth => components.Length;

    /// <summary>c: which component each value is.</summary>
    public ReadOnlySpan<int> Components => components;

    /// <inheritdoc/>
    public void Apply(ReadOnlyBatch<double> x, Batch<double> y)
    {
        Shapes.Check(this, x, y);
        for (var row = 0; row < x.Rows; row++)
        {
            var from = x[row];
            var to = y[row];
            for (var i = 0; i < to.Length; i++)
                to[i] = from[components[i]];
        }
    }

    /// <inheritdoc/>
    public void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        Shapes.Check(this, x, dx, dy);
        Apply(dx, dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar)
    {
        Shapes.Check(this, x, xBar, yBar);
        for (var row = 0; row < yBar.Rows; row++)
        {
            var from = yBar[row];
            var to = xBar[row];
            for (var i = 0; i < from.Length; i++)
                to[components[i]] += from[i];
        }
    }

    /// <inheritdoc/>
    public IObservationOperator Select(ReadOnlySpan<int> indices)
    {
        var chosen = new int[indices.Length];
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = components[indices[i]];
        return new ComponentOperator(InputWidth, chosen);
    }
}
