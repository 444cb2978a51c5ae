using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// Residual convolutions along time, x + W₂ ∗ f(W₁ ∗ f(x)), which treat all times alike: weights trained on one length of window serve every other.
/// He et al., ECCV 2016.
/// </summary>
/// <param name="Channels">Numbers at a time between the layers.</param>
/// <param name="Blocks">Residual blocks of two convolutions.</param>
/// <param name="Kernel">Times that a convolution reads; odd.</param>
/// <param name="Activation">f.</param>
public sealed record WindowConvolutions(int Channels = 64, int Blocks = 4, int Kernel = 5, Activation Activation = Activation.Silu) : IWindowNetwork
{
    /// <summary>Numbers at a time.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Channels { get; init => field = Check.AtLeast(1, value, nameof(Channels)); } = Check.AtLeast(1, Channels, nameof(Channels));

    /// <summary>Residual blocks.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Blocks { get; init => field = Check.AtLeast(0, value, nameof(Blocks)); } = Check.AtLeast(0, Blocks, nameof(Blocks));

    /// <summary>Times that a convolution reads.</summary>
    /// <exception cref="ArgumentException">Even or below 1.</exception>
    public int Kernel { get; init; } = Kernel >= 1 && Kernel % 2 == 1 ? Kernel : throw new ArgumentException($"Kernel is {Kernel} but must be odd.", nameof(Kernel));

    /// <inheritdoc/>
    public bool ServesAnyLength => true;

    /// <inheritdoc/>
    public ILayer<float> Build(WindowShape shape, int outputs)
    {
        var inner = new ImageShape(Channels, 1, shape.Times);
        var layers = new List<ILayer<float>> { new ConvolutionLayer<float>(Patches.Centered(new(shape.Channels, 1, shape.Times), Kernel), Channels) };
        for (var block = 0; block < Blocks; block++)
            layers.Add(new Residual<float>(new Chain<float>(
                new ActivationLayer<float>(inner.Count, Activation),
                new ConvolutionLayer<float>(Patches.Centered(inner, Kernel), Channels, Activation),
                new ConvolutionLayer<float>(Patches.Centered(inner, Kernel), Channels))));
        layers.Add(new ActivationLayer<float>(inner.Count, Activation));
        layers.Add(new ConvolutionLayer<float>(Patches.Centered(inner, 1), outputs * shape.Width, initialization: Initialization.Zero));
        return new Chain<float>(layers);
    }
}
