using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// The network of CODA: convolutions over times and places down to a quarter of either, the largest over time at each level, and convolutions over places
/// up again beside them. Two convolutions a level, with a normalization over the batch and a rectifier between them and nothing after them. With windows
/// of 51 times of 40 components and 32 channels it has the 412,641 weights of the program that Zinchenko and Greenberg released with "Combined
/// optimization of dynamics and assimilation", arXiv 2409.07137, 2024.
/// </summary>
/// <param name="Channels">At the finest level; twice and four times as many below.</param>
/// <param name="Border">What lies beyond the window's edges: the opposite edge in time and space as released, or zeros in time.</param>
/// <param name="Input">What is read.</param>
/// <param name="Averages">Times on each side that local averages reach over, where the input has them.</param>
public sealed record TimePooledUNet(int Channels = 32, Border Border = Border.Circular, EncoderInput Input = EncoderInput.Raw, int Averages = 12) : IStateEncoder
{
    private const int Levels = 3, Kernel = 3, Coarsest = 1 << (Levels - 1);

    /// <summary>At the finest level.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Channels { get; init => field = Check.AtLeast(1, value, nameof(Channels)); } = Check.AtLeast(1, Channels, nameof(Channels));

    /// <summary>Times that local averages reach over.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Averages { get; init => field = Check.AtLeast(0, value, nameof(Averages)); } = Check.AtLeast(0, Averages, nameof(Averages));

    /// <inheritdoc/>
    public bool EstimatesEveryTime => false;

    /// <inheritdoc/>
    public int Reach(int halfWindow) => halfWindow;

    /// <inheritdoc/>
    public EncoderLayers Build(ImageShape image, int numbers, double dropout)
    {
        if (image.Height < Coarsest || image.Width % Coarsest != 0)
            throw new ArgumentException($"The network halves times and components {Levels - 1} times: windows have {Coarsest} times or more and a number of components that {Coarsest} divides, not {image.Height} and {image.Width}.", nameof(image));
        var written = new ImageShape(Channels, 1, image.Width);
        return new(new Chain<float>(Level(image, Channels)), new Chain<float>(
            new Dropout<float>(written.Count, dropout), new Parallel<float>([Head(written, 1), .. numbers > 1 ? [Head(written, numbers - 1)] : Array.Empty<ILayer<float>>()])));
    }

    /// <summary>From an image of a level to as many channels without time.</summary>
    private ILayer<float>[] Level(ImageShape image, int channels)
    {
        var read = new ImageShape(channels, image.Height, image.Width);
        var over = Resampling<float>.Maxima(read, new(image.Height, 1));
        if (channels == Channels * Coarsest)
            return [.. Pair(image, channels, channels), over, .. Pair(over.Output, channels, channels / 2), Doubling(channels / 2, image.Width)];
        var down = Resampling<float>.Maxima(read, new(2));
        var isFinest = channels == Channels;
        return
        [
            .. Pair(image, channels, channels),
            new Parallel<float>(over, new Chain<float>([down, .. Level(down.Output, 2 * channels)])),
            .. Pair(new(2 * channels, 1, image.Width), channels, isFinest ? channels : channels / 2),
            .. isFinest ? Array.Empty<ILayer<float>>() : [Doubling(channels / 2, image.Width)],
        ];
    }

    private ILayer<float>[] Pair(ImageShape image, int hidden, int outputs)
    {
        var inner = new ImageShape(hidden, image.Height, image.Width);
        return
        [
            new ConvolutionLayer<float>(Patches.Centered(image, Kernel, border: Border), hidden), new BatchNormalizationLayer<float>(inner),
            new ActivationLayer<float>(inner.Count, Activation.Relu), new ConvolutionLayer<float>(Patches.Centered(inner, Kernel, border: Border), outputs),
        ];
    }

    private ConvolutionLayer<float> Head(ImageShape image, int outputs) => new(Patches.Centered(image, Kernel, border: Border), outputs);

    private static TransposedConvolutionLayer<float> Doubling(int channels, int width) => new(new(new(channels, 1, 2 * width), new(1, 2), new(1, 2)), channels);
}
