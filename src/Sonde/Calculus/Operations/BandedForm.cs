using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// xᵀ a x, row by row, [rows, 1], with a symmetric and banded: the misfit of a departure x where a = Hᵀ R⁻¹ H. Operands: the lower bands of a
/// [rows or 1, n (p + 1)], in the storage of <see cref="Banded"/>, and x [rows, n].
/// </summary>
/// <param name="halfWidth">p, 0 or more.</param>
public sealed class BandedForm<T>(int halfWidth) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => new(BandRows.Measure(x, halfWidth).Rows, 1);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var product = frame.Rent<T>(1, x.Size(1).Width);
        for (var row = 0; row < y.Rows; row++)
        {
            Multiply(x, row, x[1].Slice(row, 1), product);
            y[row, 0] = TensorPrimitives.Dot<T>(product.Values, x[1][row]);
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var product = frame.Rent<T>(1, x.Size(1).Width);
        for (var row = 0; row < y.Rows; row++)
        {
            if (dx.Has(1))
            {
                Multiply(x, row, x[1].Slice(row, 1), product);
                var half = TensorPrimitives.Dot<T>(product.Values, dx[1][row]);
                dy[row, 0] += half + half;
            }
            if (dx.Has(0))
            {
                product.Clear();
                Banded.AddProduct(T.One, BandRows.Of(dx[0], row, product.Width, halfWidth), x[1].Slice(row, 1), product);
                dy[row, 0] += TensorPrimitives.Dot<T>(product.Values, x[1][row]);
            }
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var product = frame.Rent<T>(1, x.Size(1).Width);
        for (var row = 0; row < yBar.Rows; row++)
        {
            if (xBar.Wants(1))
            {
                Multiply(x, row, x[1].Slice(row, 1), product);
                TensorPrimitives.MultiplyAdd(product.Values, yBar[row, 0] + yBar[row, 0], xBar[1][row], xBar[1][row]);
            }
            if (xBar.Wants(0))
                Banded.AddOuterProduct(yBar[row, 0], x[1][row], x[1][row], BandRows.Of(xBar[0], row, product.Width, halfWidth));
        }
    }

    private void Multiply(Operands<T> x, int row, ReadOnlyBatch<T> vector, Batch<T> product)
    {
        product.Clear();
        Banded.AddProduct(T.One, BandRows.Of(x[0], row, product.Width, halfWidth), vector, product);
    }
}
