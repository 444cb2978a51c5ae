using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>The sum of all numbers, [1, 1].</summary>
public sealed class Total<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static Total<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => new(1, 1);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y) => y[0, 0] = TensorPrimitives.Sum(x[0].Values);

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy) => dy[0, 0] += TensorPrimitives.Sum(dx[0].Values);

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar) =>
        TensorPrimitives.Add(xBar[0].Values, yBar[0, 0], xBar[0].Values);
}

/// <summary>The sum of each row, [rows, 1].</summary>
public sealed class RowSums<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static RowSums<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => new(x.Size(0).Rows, 1);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        for (var row = 0; row < y.Rows; row++)
            y[row, 0] = TensorPrimitives.Sum(x[0][row]);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var row = 0; row < dy.Rows; row++)
            dy[row, 0] += TensorPrimitives.Sum(dx[0][row]);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar) => Broadcast.Add(yBar, xBar[0]);
}

/// <summary>The sum of the squares of all numbers, [1, 1].</summary>
public sealed class SumOfSquares<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static SumOfSquares<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => new(1, 1);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y) => y[0, 0] = TensorPrimitives.SumOfSquares(x[0].Values);

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        var half = TensorPrimitives.Dot(x[0].Values, dx[0].Values);
        dy[0, 0] += half + half;
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar) =>
        TensorPrimitives.MultiplyAdd(x[0].Values, yBar[0, 0] + yBar[0, 0], xBar[0].Values, xBar[0].Values);
}

/// <summary>ln Σ eˣ of each row, [rows, 1], without overflow.</summary>
public sealed class LogSumExp<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static LogSumExp<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => x.Size(0).Width > 0
        ? new(x.Size(0).Rows, 1)
        : throw new ArgumentException("The logarithm of a sum needs rows of 1 or more values, not of 0.");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var powers = frame.Rent<T>(1, x.Size(0).Width)[0];
        for (var row = 0; row < y.Rows; row++)
        {
            var greatest = TensorPrimitives.Max(x[0][row]);
            TensorPrimitives.Subtract(x[0][row], greatest, powers);
            VectorMath.Exp<T>(powers, powers);
            y[row, 0] = greatest + T.Log(TensorPrimitives.Sum<T>(powers));
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var shares = frame.Rent<T>(1, x.Size(0).Width)[0];
        for (var row = 0; row < y.Rows; row++)
        {
            Shares(x[0][row], y[row, 0], shares);
            dy[row, 0] += TensorPrimitives.Dot(shares, dx[0][row]);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var shares = frame.Rent<T>(1, x.Size(0).Width)[0];
        for (var row = 0; row < y.Rows; row++)
        {
            Shares(x[0][row], y[row, 0], shares);
            TensorPrimitives.MultiplyAdd(shares, yBar[row, 0], xBar[0][row], xBar[0][row]);
        }
    }

    private static void Shares(ReadOnlySpan<T> x, T y, Span<T> shares)
    {
        TensorPrimitives.Subtract(x, y, shares);
        VectorMath.Exp<T>(shares, shares);
    }
}
