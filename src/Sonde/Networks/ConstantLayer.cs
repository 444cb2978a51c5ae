using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>Trained numbers, the same whatever is read.</summary>
/// <param name="inputs">Width of the rows read.</param>
/// <param name="outputs">How many numbers.</param>
/// <param name="deviation">The standard deviation of those with which training begins, around 0.</param>
public sealed class ConstantLayer<T>(int inputs, int outputs, double deviation = 0) : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public int InputWidth { get; } = Check.AtLeast(0, inputs, nameof(inputs));

    /// <inheritdoc/>
    public int OutputWidth { get; } = Check.AtLeast(1, outputs, nameof(outputs));

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights { get; } = [new("bias", outputs)];

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) =>
        x.Rows == 1 ? weights : x.Tape.Apply(new RepeatRows<T>(x.Rows, false), weights);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        random.FillNormal(weights);
        foreach (ref var weight in weights)
            weight *= T.CreateTruncating(deviation);
    }
}
