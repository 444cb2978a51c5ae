using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// Each row several times: in turn (0 0 1 1 …) or as a whole (0 1 … 0 1 …). A member meets every query point of a decoder this way.
/// </summary>
/// <param name="times">How often, 0 or more.</param>
/// <param name="inTurn">Whether a row's copies follow each other.</param>
public sealed class RepeatRows<T>(int times, bool inTurn) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => new(checked(x.Size(0).Rows * times), x.Size(0).Width);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        for (var row = 0; row < y.Rows; row++)
            x[0][Source(row, x.Size(0).Rows)].CopyTo(y[row]);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var row = 0; row < dy.Rows; row++)
            TensorPrimitives.Add(dy[row], dx[0][Source(row, x.Size(0).Rows)], dy[row]);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var row = 0; row < yBar.Rows; row++)
        {
            var to = xBar[0][Source(row, x.Size(0).Rows)];
            TensorPrimitives.Add(to, yBar[row], to);
        }
    }

    private int Source(int row, int rows) => inTurn ? row / times : row % rows;
}
