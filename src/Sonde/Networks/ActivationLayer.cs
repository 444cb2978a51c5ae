using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>f of every number, without weights; with the identity, a branch that hands its input on.</summary>
/// <param name="InputWidth">Values of a row.</param>
/// <param name="Activation">f.</param>
public sealed record ActivationLayer<T>(int InputWidth, Activation Activation = Activation.Identity) : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public int OutputWidth => InputWidth;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => [];

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) => x.Apply(Activation);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
    }
}
