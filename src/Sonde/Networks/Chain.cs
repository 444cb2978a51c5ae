using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>Layers one after the other; the arrays of layer i are named "i.…".</summary>
public sealed class Chain<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parts<T> parts;

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
        (InputWidth, OutputWidth) = (layers[0].InputWidth, layers[^1].OutputWidth);
        parts = new(layers);
    }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth { get; }

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => parts.Weights;

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

    /// <summary>The chain without its last layer, where that is a matrix and an offset alone and something comes before it; null elsewhere.</summary>
    /// <param name="weights">Of the chain, [1, n].</param>
    internal LinearEnd<T>? WithoutLinearEnd(Matrix<T> weights)
    {
        if (parts.Count < 2 || parts.Layers[^1] is not DenseLayer<T> { Activation: Activation.Identity } last)
            return null;
        var rest = new Chain<T>([.. parts.Layers.SkipLast(1)]);
        var own = weights.Values[rest.parts.Layers.Sum(layer => layer.WeightCount)..];
        var (matrix, offset) = (new Matrix<T>(last.OutputWidth, last.InputWidth), new Matrix<T>(1, last.OutputWidth));
        own[..matrix.Values.Length].CopyTo(matrix.Values);
        own[matrix.Values.Length..].CopyTo(offset.Values);
        return new(rest, new Matrix<T>(new ReadOnlyBatch<T>(weights.Values[..^own.Length])), matrix, offset);
    }

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass)
    {
        for (var i = 0; i < parts.Count; i++)
            x = parts.Apply(i, x, weights, pass);
        return x;
    }

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) => parts.Initialize(weights, random);
}
