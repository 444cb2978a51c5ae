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
    private readonly ConvolutionWeights kernel;

    /// <summary>A convolution over patches.</summary>
    /// <param name="patches">Where the kernel meets the image.</param>
    /// <param name="channels">Outputs at a pixel.</param>
    /// <param name="activation">f.</param>
    /// <param name="initialization">How W and b begin.</param>
    /// <param name="bias">Whether there is b.</param>
    /// <exception cref="ArgumentException">There are no outputs.</exception>
    public ConvolutionLayer(
        Patches patches, int channels, Activation activation = Activation.Identity, Initialization initialization = Initialization.Uniform, bool bias = true)
    {
        operation = new(patches);
        (this.activation, Patches) = (activation, patches);
        kernel = ConvolutionWeights.Of(patches, channels, bias ? channels : 0, initialization);
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
    public IReadOnlyList<WeightArray> Weights => kernel.Arrays;

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) => kernel.Apply(operation, x, weights).Apply(activation);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) => kernel.Initialize(weights, random);
}
