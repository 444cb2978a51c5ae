using System.Numerics;
using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Experiments.Training.Layers;

/// <summary>The ReLU residual network of LD-EnSF and LEVDA: a layer, blocks f(x + W₂ f(W₁ x)), further layers, a linear one.</summary>
/// <param name="Hidden">Width of all hidden layers.</param>
/// <param name="Blocks">How many blocks.</param>
/// <param name="Layers">How many plain layers after the blocks.</param>
/// <param name="Activation">f.</param>
/// <param name="Width">Values written; as many as the place needs where absent.</param>
/// <param name="Initialization">How weights begin.</param>
public sealed record ResidualPerceptronSource(
    int Hidden, int Blocks = 4, int Layers = 0, Activation Activation = Activation.Relu, int? Width = null,
    Initialization Initialization = Initialization.GlorotNormal) : ILayerSource
{
    /// <summary>Width of all hidden layers.</summary>
    public int Hidden { get; init; } = Size.Of(Hidden, nameof(Hidden));

    /// <summary>How many blocks.</summary>
    public int Blocks { get; init; } = Require.AtLeast(0, Blocks, nameof(Blocks));

    /// <summary>How many plain layers after the blocks.</summary>
    public int Layers { get; init; } = Require.AtLeast(0, Layers, nameof(Layers));

    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = Size.Written(Width, output);
        List<ILayer<T>> layers = [new DenseLayer<T>(input.Count, Hidden, Activation, Initialization)];
        for (var i = 0; i < Blocks; i++)
        {
            layers.Add(new Residual<T>(new Chain<T>(
                new DenseLayer<T>(Hidden, Hidden, Activation, Initialization), new DenseLayer<T>(Hidden, Hidden, Activation.Identity, Initialization))));
            layers.Add(new ActivationLayer<T>(Hidden, Activation));
        }
        for (var i = 0; i < Layers; i++)
            layers.Add(new DenseLayer<T>(Hidden, Hidden, Activation, Initialization));
        layers.Add(new DenseLayer<T>(Hidden, shape.Count, Activation.Identity, Initialization));
        return new(new Chain<T>(layers), shape);
    }
}
