using System.Numerics;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Experiments.Training.Layers;

/// <summary>[sin 2πBx, cos 2πBx].</summary>
/// <param name="Frequencies">Rows of B.</param>
/// <param name="Deviation">Standard deviation of the numbers of B as they are drawn.</param>
/// <param name="Learned">Whether B is a weight; otherwise it stays as it was drawn.</param>
/// <param name="Seed">Of a B that stays.</param>
public sealed record FourierFeaturesSource(int Frequencies, double Deviation = 1, bool Learned = true, long Seed = 0) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layer = Learned
            ? new FourierFeatures<T>(input.Count, Frequencies, Deviation)
            : FourierFeatures<T>.Random(input.Count, Size.Of(Frequencies, nameof(Frequencies)), Deviation, new RandomSource(Seed));
        return new(layer, Size.Plain(layer.OutputWidth));
    }
}

/// <summary>One number as waves of many lengths.</summary>
/// <param name="Width">Values written, even.</param>
/// <param name="Period">The longest wave over 2π.</param>
public sealed record PositionalEmbeddingSource(int Width, double Period = 10_000) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T> => input.Count == 1
        ? new(new PositionalEmbedding<T>(Width, Period), Size.Plain(Width))
        : throw new ArgumentException($"An embedding reads 1 value, not {input.Count}.");
}

/// <summary>Rows of mean 0 and variance 1, scaled by weights.</summary>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record LayerNormSource(double Epsilon = 1e-5) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(NormalizationLayer<T>.OfRows(input.Count, Epsilon), input);
}

/// <summary>Groups of channels of mean 0 and variance 1, scaled by weights.</summary>
/// <param name="Groups">How many.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record GroupNormSource(int Groups, double Epsilon = 1e-5) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(NormalizationLayer<T>.OfGroups(input, Groups, Epsilon), input);
}

/// <summary>Long short-term memories over sequences, above one another.</summary>
/// <param name="States">Values of a memory.</param>
/// <param name="Steps">Steps of a sequence; rows hold one after the other.</param>
/// <param name="Layers">How many memories.</param>
/// <param name="Every">Whether the states of all steps are written and not the last alone.</param>
public sealed record MemorySource(int States, int Steps, int Layers = 1, bool Every = false) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Steps < 1 || input.Count % Steps != 0)
            throw new ArgumentException($"{LayerPlaces.Values(input)} are no sequence of {Steps} equal steps.");
        var layer = new Lstm<T>(input.Count / Steps, States, Steps, Every, Layers);
        return new(layer, Size.Plain(layer.OutputWidth));
    }
}

/// <summary>Drops values in training.</summary>
/// <param name="Probability">That a value is dropped, 0 or more and below 1.</param>
public sealed record DropoutSource(double Probability) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(new Dropout<T>(input.Count, Probability), input);
}

/// <summary>A function of every value.</summary>
/// <param name="Function">The function.</param>
public sealed record ActivationSource(Activation Function) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(new ActivationLayer<T>(input.Count, Function), input);
}

/// <summary>The same numbers read as an image: what follows sees channels, lines and pixels.</summary>
/// <param name="Channels">Numbers at a pixel.</param>
/// <param name="Height">Lines.</param>
/// <param name="Width">Pixels of a line; as many as there are where absent.</param>
public sealed record ShapeSource(int Channels = 1, int Height = 1, int? Width = null) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lines = checked(Size.Of(Channels, nameof(Channels)) * Size.Of(Height, nameof(Height)));
        var shape = new ImageShape(Channels, Height, Width ?? input.Count / lines);
        return shape.Count == input.Count
            ? new(new ActivationLayer<T>(input.Count), shape)
            : throw new ArgumentException($"{LayerPlaces.Values(input)} are no {Channels} × {Height} × {Width?.ToString() ?? "any"}.");
    }
}
