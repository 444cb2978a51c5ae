using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// Residual convolutions over times and places, x + W₂ ∗ f(W₁ ∗ f(x)), which estimate the state at every time of a series in one pass: what overlapping
/// windows share is computed once. What is learned is a correction of the local average of the observations, and begins as none. He et al., ECCV 2016.
/// </summary>
/// <param name="Channels">Numbers at a time and place between the layers.</param>
/// <param name="Dilations">For each block of two convolutions, how many times apart the first reads; more reach further into past and future.</param>
/// <param name="Kernel">Times and places that a convolution reads; odd.</param>
/// <param name="Averages">Times on each side that local averages of the observations reach over.</param>
/// <param name="Border">What lies beyond the edges of the components; zeros before and after.</param>
/// <param name="Activation">f.</param>
public sealed record SpaceTimeResidual(
    int Channels = 32, IReadOnlyList<int>? Dilations = null, int Kernel = 3, int Averages = 12, Border Border = Border.Cylinder, Activation Activation = Activation.Silu) : IStateEncoder
{
    private static readonly int[] Usual = [1, 2, 3, 2];

    /// <summary>Numbers at a time and place.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Channels { get; init => field = Check.AtLeast(1, value, nameof(Channels)); } = Check.AtLeast(1, Channels, nameof(Channels));

    /// <summary>How many times apart the first convolution of each block reads.</summary>
    /// <exception cref="ArgumentException">One is below 1.</exception>
    public IReadOnlyList<int>? Dilations { get; init; } = Dilations is null || Dilations.All(dilation => dilation >= 1)
        ? Dilations
        : throw new ArgumentException($"Dilations are {string.Join(", ", Dilations)} but must be 1 or more.", nameof(Dilations));

    /// <summary>Times and places that a convolution reads.</summary>
    /// <exception cref="ArgumentException">Even or below 1.</exception>
    public int Kernel { get; init; } = Kernel >= 1 && Kernel % 2 == 1 ? Kernel : throw new ArgumentException($"Kernel is {Kernel} but must be odd.", nameof(Kernel));

    /// <summary>Times that local averages reach over.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Averages { get; init => field = Check.AtLeast(0, value, nameof(Averages)); } = Check.AtLeast(0, Averages, nameof(Averages));

    /// <inheritdoc/>
    public EncoderInput Input => EncoderInput.Standardized;

    /// <inheritdoc/>
    public bool EstimatesEveryTime => true;

    /// <inheritdoc/>
    public int Reach(int halfWindow) => Read <= halfWindow
        ? Read
        : throw new ArgumentException($"The network reads {Read} times on each side of a state, with the averages that it is given, but halfWindow is {halfWindow}.", nameof(halfWindow));

    /// <inheritdoc/>
    public EncoderLayers Build(ImageShape image, int numbers, double dropout)
    {
        var inner = new ImageShape(Channels, image.Height, image.Width);
        var layers = new List<ILayer<float>> { Convolution(image, Kernel, Channels) };
        foreach (var dilation in Blocks)
            layers.Add(new Residual<float>(new Chain<float>(
                new ActivationLayer<float>(inner.Count, Activation), Convolution(inner, Kernel, Channels, Activation, dilation), Convolution(inner, Kernel, Channels))));
        layers.Add(new ActivationLayer<float>(inner.Count, Activation));
        return new(new Chain<float>(layers), new Chain<float>(
            new Dropout<float>(inner.Count, dropout), new ConvolutionLayer<float>(new Patches(inner, Extent.One), numbers, initialization: Initialization.Zero)));
    }

    private IReadOnlyList<int> Blocks => Dilations ?? Usual;

    private int Read => Averages + Kernel / 2 * (1 + Blocks.Sum(dilation => dilation + 1));

    private ConvolutionLayer<float> Convolution(ImageShape image, int kernel, int channels, Activation activation = Activation.Identity, int dilation = 1) =>
        new(new Patches(image, new(kernel), padding: new(dilation * (kernel / 2), kernel / 2), border: Border, dilation: new(dilation, 1)), channels, activation);
}
