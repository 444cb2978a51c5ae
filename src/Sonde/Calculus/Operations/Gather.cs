using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>Columns of a variable, in any order and with repetition: yⱼ = x at indexⱼ, in every row.</summary>
public sealed class Gather<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] indices;
    private readonly bool contiguous;

    /// <summary>The columns at <paramref name="indices"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative.</exception>
    public Gather(ReadOnlySpan<int> indices)
    {
        this.indices = indices.ToArray();
        contiguous = true;
        for (var j = 0; j < indices.Length; j++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(indices[j]);
            contiguous &= indices[j] == indices[0] + j;
        }
    }

    /// <summary>Columns first … first + count − 1.</summary>
    public static Gather<T> Range(int first, int count) => new([.. Enumerable.Range(first, count)]);

    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        foreach (var index in indices)
            if (index >= x.Size(0).Width)
                throw new ArgumentException($"Column {index} is asked for, but the rows have {x.Size(0).Width} values.");
        return new(x.Size(0).Rows, indices.Length);
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        y.Clear();
        Add(x[0], y);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy) => Add(dx[0], dy);

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        var to = xBar[0];
        for (var row = 0; row < yBar.Rows; row++)
            if (contiguous && indices.Length > 0)
            {
                var part = to[row].Slice(indices[0], indices.Length);
                TensorPrimitives.Add(part, yBar[row], part);
            }
            else
                for (var j = 0; j < indices.Length; j++)
                    to[row, indices[j]] += yBar[row, j];
    }

    private void Add(ReadOnlyBatch<T> x, Batch<T> y)
    {
        for (var row = 0; row < y.Rows; row++)
            if (contiguous && indices.Length > 0)
                TensorPrimitives.Add(y[row], x[row].Slice(indices[0], indices.Length), y[row]);
            else
                for (var j = 0; j < indices.Length; j++)
                    y[row, j] += x[row, indices[j]];
    }
}
