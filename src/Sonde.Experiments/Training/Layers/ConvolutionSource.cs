using System.Numerics;
using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Experiments.Training.Layers;

/// <summary>f(W ∗ x + b) over images, or over sequences, which are images of one line.</summary>
/// <param name="Channels">Outputs at a pixel; as many as the place needs where absent.</param>
/// <param name="Kernel">Pixels of the kernel, across and, over images, down.</param>
/// <param name="Stride">Pixels from one patch to the next.</param>
/// <param name="Padding">Pixels around the image; half of what the kernel covers where absent.</param>
/// <param name="Border">What the padding holds.</param>
/// <param name="Dilation">Pixels from one of the kernel's numbers to the next.</param>
/// <param name="Bias">Whether b is added.</param>
/// <param name="Activation">f.</param>
/// <param name="Initialization">How W and b begin.</param>
public sealed record ConvolutionSource(
    int? Channels = null, int Kernel = 3, int Stride = 1, int? Padding = null, Border Border = Border.Zero, int Dilation = 1, bool Bias = true,
    Activation Activation = Activation.Identity, Initialization Initialization = Initialization.Uniform) : ILayerSource
{
    /// <summary>Outputs at a pixel.</summary>
    public int? Channels { get; init; } = Size.Of(Channels, nameof(Channels));

    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var patches = new Patches(
            input, Lines.Extent(input, Kernel), Lines.Extent(input, Stride), Lines.Padding(input, Padding ?? Dilation * (Kernel / 2)), Border,
            Lines.Extent(input, Dilation));
        var layer = new ConvolutionLayer<T>(patches, Lines.Channels(Channels, patches.Count, output), Activation, Initialization, Bias);
        return new(layer, layer.Output);
    }
}

/// <summary>A transposed convolution: with strides, larger images than it reads.</summary>
/// <param name="Channels">Outputs at a pixel; as many as the place needs where absent.</param>
/// <param name="Kernel">Pixels of the kernel, across and, over images, down.</param>
/// <param name="Stride">How many times larger the image becomes.</param>
/// <param name="Padding">Pixels cut off around the image; such that it becomes that many times larger where absent.</param>
/// <param name="Border">What was in the padding.</param>
/// <param name="Bias">Whether b is added.</param>
/// <param name="Activation">What follows.</param>
/// <param name="Initialization">How W and b begin.</param>
public sealed record TransposedConvolutionSource(
    int? Channels = null, int Kernel = 4, int Stride = 2, int? Padding = null, Border Border = Border.Zero, bool Bias = true,
    Activation Activation = Activation.Identity, Initialization Initialization = Initialization.Uniform) : ILayerSource
{
    /// <summary>Outputs at a pixel.</summary>
    public int? Channels { get; init; } = Size.Of(Channels, nameof(Channels));

    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var padding = Padding ?? Math.Max(0, (Kernel - Stride + 1) / 2);
        var height = input.Height == 1 ? 1 : Larger(input.Height, padding);
        var width = Larger(input.Width, padding);
        var written = new ImageShape(Lines.Channels(Channels, height * width, output), height, width);
        var patches = new Patches(written, Lines.Extent(input, Kernel), Lines.Extent(input, Stride), Lines.Padding(input, padding), Border);
        return new(new TransposedConvolutionLayer<T>(patches, input.Channels, Activation, Initialization, Bias), written);
    }

    private int Larger(int pixels, int padding) => (pixels - 1) * Stride + Kernel - 2 * padding + (Padding is null ? 2 * padding - (Kernel - Stride) : 0);
}

/// <summary>Coarser images: every pixel is the mean of a block.</summary>
/// <param name="Factor">Pixels of a block, across and, over images, down.</param>
public sealed record PoolingSource(int Factor = 2) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layer = Resampling<T>.Means(input, Lines.Extent(input, Size.Of(Factor, nameof(Factor))));
        return new(layer, layer.Output);
    }
}

/// <summary>Coarser images: every pixel is the largest number of a block.</summary>
/// <param name="Factor">Pixels of a block, across and, over images, down.</param>
public sealed record MaxPoolingSource(int Factor = 2) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layer = Resampling<T>.Maxima(input, Lines.Extent(input, Size.Of(Factor, nameof(Factor))));
        return new(layer, layer.Output);
    }
}

/// <summary>Finer images: every pixel becomes a block.</summary>
/// <param name="Factor">Pixels of a block, across and, over images, down.</param>
public sealed record UpsamplingSource(int Factor = 2) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layer = Resampling<T>.Copies(input, Lines.Extent(input, Size.Of(Factor, nameof(Factor))));
        return new(layer, layer.Output);
    }
}

/// <summary>Sequences are images of one line: what is laid over them has one line too.</summary>
internal static class Lines
{
    public static Extent Extent(ImageShape image, int size) => image.Height == 1 ? new(1, size) : new(size);

    public static Extent Padding(ImageShape image, int size) => image.Height == 1 ? new(0, size) : new(size);

    public static int Channels(int? given, int pixels, ImageShape? output) =>
        given ?? (output is { } shape && pixels > 0 && shape.Count % pixels == 0
            ? shape.Count / pixels
            : throw new ArgumentException("The key 'channels' is missing, and what stands after the layer does not say how many there are."));
}
