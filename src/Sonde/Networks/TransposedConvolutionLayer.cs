using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>
/// A transposed convolution: with strides, a layer that writes larger images than it reads. It is described by the patches of the image
/// written, of which each pixel read lays one. Weights are named and shaped as ConvTranspose1d's and ConvTranspose2d's.
/// </summary>
public sealed class TransposedConvolutionLayer<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Convolution<T> operation;
    private readonly Activation activation;
    private readonly ConvolutionWeights kernel;

    /// <summary>A transposed convolution onto patches.</summary>
    /// <param name="patches">The patches of the image written.</param>
    /// <param name="channels">Inputs at a pixel.</param>
    /// <param name="activation">What follows.</param>
    /// <param name="initialization">How W and b begin.</param>
    /// <param name="bias">Whether there is b.</param>
    /// <exception cref="ArgumentException">There are no inputs.</exception>
    public TransposedConvolutionLayer(
        Patches patches, int channels, Activation activation = Activation.Identity, Initialization initialization = Initialization.Uniform, bool bias = true)
    {
        operation = new(patches, transposed: true);
        (this.activation, Patches) = (activation, patches);
        kernel = ConvolutionWeights.Of(patches, channels, bias ? patches.Image.Channels : 0, initialization);
        Input = new ImageShape(channels, patches.Grid.Height, patches.Grid.Width).Checked(nameof(channels));
    }

    /// <summary>The patches of the image written.</summary>
    public Patches Patches { get; }

    /// <summary>The image read.</summary>
    public ImageShape Input { get; }

    /// <inheritdoc/>
    public int InputWidth => Input.Count;

    /// <inheritdoc/>
    public int OutputWidth => Patches.Image.Count;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => kernel.Arrays;

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) => kernel.Apply(operation, x, weights).Apply(activation);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) => kernel.Initialize(weights, random);
}
