using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>f(x Wᵀ + b).</summary>
/// <param name="InputWidth">Inputs.</param>
/// <param name="OutputWidth">Outputs.</param>
/// <param name="Activation">f.</param>
/// <param name="Initialization">How W and b begin.</param>
public sealed record DenseLayer<T>(
    int InputWidth, int OutputWidth, Activation Activation = Activation.Identity, Initialization Initialization = Initialization.Uniform) : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => [new("weight", OutputWidth, InputWidth), new("bias", OutputWidth)];

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) =>
        x.Dense(weights.View(0, OutputWidth, InputWidth), weights.View(OutputWidth * InputWidth, 1, OutputWidth), Activation);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) =>
        Initializer.Fill(Initialization, weights[..(OutputWidth * InputWidth)], weights[(OutputWidth * InputWidth)..], InputWidth, OutputWidth, random);
}
