using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>One layer on each part of a row, with the same weights: a head at every step of a sequence, a network at every point of a grid.</summary>
public sealed class Each<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T> layer;
    private readonly int parts;

    /// <summary>Applies a layer to all parts.</summary>
    /// <param name="layer">What reads and writes a part.</param>
    /// <param name="parts">Parts of a row, one after the other; 1 or more.</param>
    /// <exception cref="ArgumentException">There is no part.</exception>
    public Each(ILayer<T> layer, int parts)
    {
        ArgumentNullException.ThrowIfNull(layer);
        (this.layer, this.parts) = (layer, Check.AtLeast(1, parts, nameof(parts)));
    }

    /// <inheritdoc/>
    public int InputWidth => checked(parts * layer.InputWidth);

    /// <inheritdoc/>
    public int OutputWidth => checked(parts * layer.OutputWidth);

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => layer.Weights;

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) =>
        layer.Apply(x.View(0, x.Rows * parts, layer.InputWidth), weights, pass).View(0, x.Rows, OutputWidth);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) => layer.Initialize(weights, random);
}
