using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// Residual convolutions of images whose lines are times and whose pixels are components, x + W₂ ∗ f(W₁ ∗ f(x)): for fields on a line or a ring, of which all
/// places and times are treated alike. He et al., ECCV 2016.
/// </summary>
/// <param name="Channels">Numbers at a time and place between the layers.</param>
/// <param name="Blocks">Residual blocks of two convolutions.</param>
/// <param name="Kernel">Times and places that a convolution reads; odd.</param>
/// <param name="Border">What lies beyond the edges.</param>
/// <param name="Activation">f.</param>
public sealed record WindowImages(int Channels = 24, int Blocks = 3, int Kernel = 5, Border Border = Border.Cylinder, Activation Activation = Activation.Silu)
    : IWindowNetwork
{
    /// <summary>Numbers at a time and place.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Channels { get; init => field = Check.AtLeast(1, value, nameof(Channels)); } = Check.AtLeast(1, Channels, nameof(Channels));

    /// <summary>Residual blocks.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Blocks { get; init => field = Check.AtLeast(0, value, nameof(Blocks)); } = Check.AtLeast(0, Blocks, nameof(Blocks));

    /// <summary>Times and places that a convolution reads.</summary>
    /// <exception cref="ArgumentException">Even or below 1.</exception>
    public int Kernel { get; init; } = Kernel >= 1 && Kernel % 2 == 1 ? Kernel : throw new ArgumentException($"Kernel is {Kernel} but must be odd.", nameof(Kernel));

    /// <inheritdoc/>
    public bool ServesAnyLength => true;

    /// <inheritdoc/>
    public ILayer<float> Build(WindowShape shape, int outputs)
    {
        var inner = new ImageShape(Channels, shape.Times, shape.Width);
        var layers = new List<ILayer<float>>
        {
            new ColumnsLayer<float>(shape.Channels * shape.Times, [.. Read(shape)]),
            Convolution(new(shape.Fields + 1, shape.Times, shape.Width), Kernel, Channels),
        };
        for (var block = 0; block < Blocks; block++)
            layers.Add(new Residual<float>(new Chain<float>(
                new ActivationLayer<float>(inner.Count, Activation), Convolution(inner, Kernel, Channels, Activation), Convolution(inner, Kernel, Channels))));
        layers.Add(new ActivationLayer<float>(inner.Count, Activation));
        layers.Add(Convolution(inner, 1, outputs, initialization: Initialization.Zero));
        layers.Add(new ColumnsLayer<float>(outputs * shape.Count, [.. Written(shape, outputs)]));
        return new Chain<float>(layers);
    }

    private ConvolutionLayer<float> Convolution(
        ImageShape image, int kernel, int channels, Activation activation = Activation.Identity, Initialization initialization = Initialization.Uniform) =>
        new(new Patches(image, new(kernel), padding: new(kernel / 2), border: Border), channels, activation, initialization);

    /// <summary>For each number of the images read, its place among the channels; what all components share is repeated.</summary>
    private static IEnumerable<int> Read(WindowShape shape)
    {
        for (var image = 0; image <= shape.Fields; image++)
            for (var time = 0; time < shape.Times; time++)
                for (var i = 0; i < shape.Width; i++)
                    yield return time + shape.Times * (image == 0 ? i : image == 1 ? shape.Width : 1 + (image - 1) * shape.Width + i);
    }

    /// <summary>For each number of the channels written, its place in the images.</summary>
    private static IEnumerable<int> Written(WindowShape shape, int outputs)
    {
        for (var output = 0; output < outputs; output++)
            for (var i = 0; i < shape.Width; i++)
                for (var time = 0; time < shape.Times; time++)
                    yield return (output * shape.Times + time) * shape.Width + i;
    }
}
