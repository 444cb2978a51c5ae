using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>Variables of as many rows side by side: each row of y is the row of the first, then that of the second, …</summary>
public sealed class Concatenation<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static Concatenation<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        var width = 0;
        for (var i = 0; i < x.Count; i++)
        {
            if (x.Size(i).Rows != x.Size(0).Rows)
                throw new ArgumentException($"{x.Size(0).Rows} rows cannot stand beside {x.Size(i).Rows}.");
            width += x.Size(i).Width;
        }
        return new(x.Size(0).Rows, width);
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        for (var (i, first) = (0, 0); i < x.Count; first += x.Size(i++).Width)
            for (var row = 0; row < y.Rows; row++)
                x[i][row].CopyTo(y[row][first..]);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var (i, first) = (0, 0); i < x.Count; first += x.Size(i++).Width)
            for (var row = 0; dx.Has(i) && row < dy.Rows; row++)
                dx[i][row].CopyTo(dy[row][first..]);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var (i, first) = (0, 0); i < x.Count; first += x.Size(i++).Width)
            for (var row = 0; xBar.Wants(i) && row < y.Rows; row++)
                TensorPrimitives.Add(xBar[i][row], yBar[row].Slice(first, x.Size(i).Width), xBar[i][row]);
    }
}

/// <summary>Variables of the same width, one below the other.</summary>
public sealed class Stacking<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static Stacking<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        var rows = 0;
        for (var i = 0; i < x.Count; i++)
        {
            if (x.Size(i).Width != x.Size(0).Width)
                throw new ArgumentException($"Rows of {x.Size(0).Width} values cannot stand above rows of {x.Size(i).Width}.");
            rows += x.Size(i).Rows;
        }
        return new(rows, x.Size(0).Width);
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        for (var (i, first) = (0, 0); i < x.Count; first += x.Size(i++).Rows)
            x[i].CopyTo(y.Slice(first, x.Size(i).Rows));
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var (i, first) = (0, 0); i < x.Count; first += x.Size(i++).Rows)
            if (dx.Has(i))
                dx[i].CopyTo(dy.Slice(first, x.Size(i).Rows));
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var (i, first) = (0, 0); i < x.Count; first += x.Size(i++).Rows)
            if (xBar.Wants(i))
                Broadcast.Add(yBar.Slice(first, x.Size(i).Rows), xBar[i]);
    }
}
