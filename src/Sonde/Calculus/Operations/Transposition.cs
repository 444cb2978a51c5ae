using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>y = xᵀ.</summary>
public sealed class Transposition<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static Transposition<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => new(x.Size(0).Width, x.Size(0).Rows);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y) => Numerics.Dense.Transpose(x[0], y);

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy) => AddTransposed(dx[0], dy);

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar) => AddTransposed(yBar, xBar[0]);

    private static void AddTransposed(ReadOnlyBatch<T> from, Batch<T> to)
    {
        using var frame = Scratch.Enter();
        var transposed = frame.Rent<T>(from.Width, from.Rows);
        Numerics.Dense.Transpose(from, transposed);
        Broadcast.Add(transposed, to);
    }
}

/// <summary>y = a b, the product of two matrices.</summary>
public sealed class MatrixProduct<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static MatrixProduct<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => x.Size(0).Width == x.Size(1).Rows
        ? new(x.Size(0).Rows, x.Size(1).Width)
        : throw new ArgumentException($"A matrix of {x.Size(0)} cannot be multiplied by one of {x.Size(1)}.");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y) => Numerics.Dense.Multiply(x[0], x[1], y);

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        if (dx.Has(0))
            Numerics.Dense.Multiply(T.One, dx[0], x[1], T.One, dy);
        if (dx.Has(1))
            Numerics.Dense.Multiply(T.One, x[0], dx[1], T.One, dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        if (xBar.Wants(0))
            Numerics.Dense.MultiplyTransposedRight(T.One, yBar, x[1], T.One, xBar[0]);
        if (xBar.Wants(1))
            Numerics.Dense.MultiplyTransposedLeft(T.One, x[0], yBar, T.One, xBar[1]);
    }
}
