using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>Columns of what is read, in any order and with repetition: where one layout of images or sequences becomes another.</summary>
public sealed class ColumnsLayer<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Gather<T> gather;

    /// <summary>The columns at <paramref name="indices"/>.</summary>
    /// <param name="inputs">Width of the rows read.</param>
    /// <param name="indices">Which columns are written.</param>
    /// <exception cref="ArgumentException">An index is not among the columns.</exception>
    public ColumnsLayer(int inputs, ReadOnlySpan<int> indices)
    {
        foreach (var index in indices)
            if (index < 0 || index >= inputs)
                throw new ArgumentException($"Column {index} is asked for, but the rows have {inputs} values.", nameof(indices));
        (InputWidth, OutputWidth, gather) = (inputs, indices.Length, new(indices));
    }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth { get; }

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => [];

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) => x.Tape.Apply(gather, x);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
    }
}
