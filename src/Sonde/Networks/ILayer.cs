using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>
/// A part of a network: rows in, rows out, with weights that it does not hold. The weights of a whole network are one flat vector, of which
/// each layer is given its part, so that training, checkpoints and ensembles of networks see an array and nothing else. Immutable.
/// </summary>
public interface ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Width of the rows read.</summary>
    int InputWidth { get; }

    /// <summary>Width of the rows written.</summary>
    int OutputWidth { get; }

    /// <summary>The arrays among the weights, in the order in which they lie, named and shaped as PyTorch names and shapes them.</summary>
    IReadOnlyList<WeightArray> Weights { get; }

    /// <summary>The layer's output.</summary>
    /// <param name="x">[rows, InputWidth].</param>
    /// <param name="weights">[1, count of all weights], on the same tape.</param>
    /// <param name="pass">Whether this pass draws random numbers.</param>
    Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass);

    /// <summary>Draws the weights with which training begins.</summary>
    void Initialize(Span<T> weights, RandomSource random);
}

/// <summary>An array among a layer's weights.</summary>
/// <param name="Name">Such as "0.weight".</param>
/// <param name="Shape">Row-major.</param>
public sealed record WeightArray(string Name, params IReadOnlyList<int> Shape)
{
    /// <summary>How many numbers it holds.</summary>
    public int Count => Shape.Aggregate(1, (product, size) => checked(product * size));
}

/// <summary>One evaluation of a network.</summary>
/// <param name="Dropout">Where layers that drop values draw which; null keeps all values, as in ordinary inference.</param>
/// <param name="Batch">
/// Where layers that normalize by the rows at hand, as in training, note what they found of them; null normalizes by what the weights say of all rows.
/// </param>
public readonly record struct Pass(RandomSource? Dropout = null, BatchMoments? Batch = null)
{
    /// <summary>Nothing is random.</summary>
    public static Pass Deterministic => default;

    /// <summary>The pass of a part of the layer, with randomness of its own.</summary>
    public Pass Of(int part) => new(Dropout?.Fork(part), Batch);
}
