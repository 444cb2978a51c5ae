using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>Layers one after the other; the arrays of layer i are named "i.…".</summary>
public sealed class Chain<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] layers;
    private readonly int[] offsets;

    /// <summary>Puts layers in a row.</summary>
    /// <exception cref="ArgumentException">There is none, or one does not read what the one before it writes.</exception>
    public Chain(params IReadOnlyList<ILayer<T>> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
            throw new ArgumentException("A chain needs at least 1 layer, not 0.", nameof(layers));
        for (var i = 1; i < layers.Count; i++)
            if (layers[i].InputWidth != layers[i - 1].OutputWidth)
                throw new ArgumentException($"Layer {i} reads {layers[i].InputWidth} values but layer {i - 1} writes {layers[i - 1].OutputWidth}.", nameof(layers));
        this.layers = [.. layers];
        offsets = new int[layers.Count + 1];
        for (var i = 0; i < layers.Count; i++)
            offsets[i + 1] = offsets[i] + layers[i].WeightCount;
        Weights = [.. layers.SelectMany((layer, i) => layer.Weights.Select(array => array with { Name = $"{i}.{array.Name}" }))];
    }

    /// <inheritdoc/>
    public int InputWidth => layers[0].InputWidth;

    /// <inheritdoc/>
    public int OutputWidth => layers[^1].OutputWidth;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights { get; }

    /// <summary>Dense layers of the given widths: a multi-layer perceptron.</summary>
    /// <param name="widths">Inputs, hidden layers, outputs.</param>
    /// <param name="activation">After each layer but the last.</param>
    /// <param name="initialization">How weights begin.</param>
    public static Chain<T> Perceptron(ReadOnlySpan<int> widths, Activation activation, Initialization initialization = Initialization.Uniform)
    {
        var made = new ILayer<T>[widths.Length - 1];
        for (var i = 0; i < made.Length; i++)
            made[i] = new DenseLayer<T>(widths[i], widths[i + 1], i + 1 < made.Length ? activation : Activation.Identity, initialization);
        return new(made);
    }

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass)
    {
        for (var i = 0; i < layers.Length; i++)
            x = layers[i].Apply(x, weights.View(offsets[i], 1, offsets[i + 1] - offsets[i]), pass.Of(i));
        return x;
    }

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
        for (var i = 0; i < layers.Length; i++)
            layers[i].Initialize(weights[offsets[i]..offsets[i + 1]], random.Fork(i));
    }
}
