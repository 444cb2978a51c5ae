using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>y = a + b, number by number; one row, column or number of an operand serves all.</summary>
public sealed class Sum<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static Sum<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => Broadcast.Measure(x, "a sum");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        if (x.Size(0) == x.Size(1))
        {
            TensorPrimitives.Add(x[0].Values, x[1].Values, y.Values);
            return;
        }
        y.Clear();
        Broadcast.Add(x[0], y);
        Broadcast.Add(x[1], y);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var i = 0; i < 2; i++)
            if (dx.Has(i))
                Broadcast.Add(dx[i], dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var i = 0; i < 2; i++)
            if (!xBar.Wants(i))
                continue;
            else if (x.Size(i) == new Size(y.Rows, y.Width) && T.IsZero(xBar.Beta(i)))
                yBar.CopyTo(xBar[i]);
            else
                Broadcast.AddReduced(yBar, xBar[i]);
    }
}

/// <summary>y = a b, number by number; one row, column or number of an operand serves all.</summary>
public sealed class Product<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static Product<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => Broadcast.Measure(x, "a product");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        y.Clear();
        Broadcast.AddProduct(x[0], x[1], y);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var i = 0; i < 2; i++)
            if (dx.Has(i))
                Broadcast.AddProduct(dx[i], x[1 - i], dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var i = 0; i < 2; i++)
            if (xBar.Wants(i))
                Broadcast.AddProductReduced(yBar, x[1 - i], xBar[i]);
    }
}

/// <summary>y = a b + c, number by number; one row, column or number of an operand serves all.</summary>
public sealed class ProductSum<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static ProductSum<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => Broadcast.Measure(x, "a sum with a product");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        y.Clear();
        Broadcast.Add(x[2], y);
        Broadcast.AddProduct(x[0], x[1], y);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var i = 0; i < 2; i++)
            if (dx.Has(i))
                Broadcast.AddProduct(dx[i], x[1 - i], dy);
        if (dx.Has(2))
            Broadcast.Add(dx[2], dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var i = 0; i < 2; i++)
            if (xBar.Wants(i))
                Broadcast.AddProductReduced(yBar, x[1 - i], xBar[i]);
        if (xBar.Wants(2))
            Broadcast.AddReduced(yBar, xBar[2]);
    }
}
