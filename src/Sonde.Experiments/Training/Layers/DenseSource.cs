using System.Numerics;
using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Experiments.Training.Layers;

/// <summary>f(x Wᵀ + b).</summary>
/// <param name="Width">Values written; as many as the place needs where absent.</param>
/// <param name="Activation">f.</param>
/// <param name="Initialization">How W and b begin.</param>
/// <param name="Bias">Whether b is added.</param>
public sealed record DenseSource(
    int? Width = null, Activation Activation = Activation.Identity, Initialization Initialization = Initialization.Uniform, bool Bias = true) : ILayerSource
{
    /// <summary>Values written.</summary>
    public int? Width { get; init; } = Size.Of(Width, nameof(Width));

    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = Size.Written(Width, output);
        return new(new DenseLayer<T>(input.Count, shape.Count, Activation, Initialization, Bias), shape);
    }
}

/// <summary>Dense layers one after the other: a multi-layer perceptron.</summary>
/// <param name="Hidden">Widths of the hidden layers.</param>
/// <param name="Activation">After each hidden layer.</param>
/// <param name="Width">Values written; as many as the place needs where absent.</param>
/// <param name="Dropout">Probability that a hidden value is dropped in training, 0 or more and below 1.</param>
/// <param name="Initialization">How weights begin.</param>
public sealed record PerceptronSource(
    IReadOnlyList<int> Hidden, Activation Activation = Activation.Tanh, int? Width = null, double Dropout = 0,
    Initialization Initialization = Initialization.Uniform) : ILayerSource
{
    /// <summary>Widths of the hidden layers.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [.. Hidden.Select(width => Size.Of(width, nameof(Hidden)))];

    /// <summary>Values written.</summary>
    public int? Width { get; init; } = Size.Of(Width, nameof(Width));

    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = Size.Written(Width, output);
        var (layers, read) = (new List<ILayer<T>>(), input.Count);
        foreach (var width in Hidden)
        {
            layers.Add(new DenseLayer<T>(read, width, Activation, Initialization));
            if (Dropout != 0)
                layers.Add(new Dropout<T>(width, Dropout));
            read = width;
        }
        layers.Add(new DenseLayer<T>(read, shape.Count, Activation.Identity, Initialization));
        return new(new Chain<T>(layers), shape);
    }
}

/// <summary>Sizes in files.</summary>
internal static class Size
{
    public static int Of(int value, string name) => value >= 1 ? value : throw new ArgumentOutOfRangeException(name, null, $"Sizes are 1 or more, not {value}.");

    public static int? Of(int? value, string name) => value is { } given ? Of(given, name) : null;

    /// <summary>So many plain numbers, or what the place needs.</summary>
    public static ImageShape Written(int? width, ImageShape? output) =>
        width is { } given ? new(1, 1, given)
        : output ?? throw new ArgumentException("The key 'width' is missing, and nothing after the layer says how many values it writes.");

    /// <summary>Plain numbers, so many.</summary>
    public static ImageShape Plain(int width) => new(1, 1, width);
}
