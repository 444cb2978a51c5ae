using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>A network, and after its weights those of another part that it does not read: two that are trained together. The arrays are named "0.…" and "1.…".</summary>
/// <param name="network">What reads and writes.</param>
/// <param name="other">What lies beside it.</param>
public sealed class Aside<T>(ILayer<T> network, ILayer<T> other) : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parts<T> parts = new([network, other]);

    /// <inheritdoc/>
    public int InputWidth => parts.Layers[0].InputWidth;

    /// <inheritdoc/>
    public int OutputWidth => parts.Layers[0].OutputWidth;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => parts.Weights;

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) => parts.Apply(0, x, weights, pass);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) => parts.Initialize(weights, random);
}
