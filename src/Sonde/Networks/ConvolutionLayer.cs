using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>f(W ∗ x + b) over images, or over sequences, which are images of one line. A sequence's weights are named and shaped as Conv1d's, an image's as Conv2d's.</summary>
public sealed class ConvolutionLayer<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Convolution<T> operation;
    private readonly Activation activation;
    private readonly Initialization initialization;

    /// <summary>A convolution over patches.</summary>
    /// <param name="patches">Where the kernel meets the image.</param>
    /// <param name="channels">Outputs at a pixel.</param>
    /// <param name="activation">f.</param>
    /// <param name="initialization">How W and b begin.</param>
    /// <exception cref="ArgumentException">There are no outputs.</exception>
    public ConvolutionLayer(Patches patches, int channels, Activation activation = Activation.Identity, Initialization initialization = Initialization.Uniform)
    {
        operation = new(patches);
        Patches = patches;
        (this.activation, this.initialization) = (activation, initialization);
        Output = new ImageShape(channels, patches.Grid.Height, patches.Grid.Width).Checked(nameof(channels));
    }

    /// <summary>Where the kernel meets the image.</summary>
    public Patches Patches { get; }

    /// <summary>The image written.</summary>
    public ImageShape Output { get; }

    /// <inheritdoc/>
    public int InputWidth => Patches.Image.Count;

    /// <inheritdoc/>
    public int OutputWidth => Output.Count;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => [ConvolutionWeights.Of(Output.Channels, Patches.Image.Channels, Patches), new("bias", Output.Channels)];

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) => x.Tape.Apply(
        operation, x, weights.View(0, Output.Channels, Patches.Size), weights.View(Output.Channels * Patches.Size, 1, Output.Channels)).Apply(activation);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
        var count = Output.Channels * Patches.Size;
        Initializer.Fill(initialization, weights[..count], weights[count..], Patches.Size, count / Patches.Image.Channels, random);
    }
}

/// <summary>Shapes of kernels.</summary>
internal static class ConvolutionWeights
{
    /// <summary>PyTorch's shape: a kernel of one line over images of one line is that of a sequence.</summary>
    public static WeightArray Of(int first, int second, Patches patches) => patches is { Image.Height: 1, Kernel.Height: 1 }
        ? new("weight", first, second, patches.Kernel.Width)
        : new("weight", first, second, patches.Kernel.Height, patches.Kernel.Width);
}
