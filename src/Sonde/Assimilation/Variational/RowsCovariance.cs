using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>P = Cᵀ C by rows C: those of a square root, or draws that stand for one.</summary>
/// <param name="Rows">C, [any, n].</param>
internal sealed record RowsCovariance(Matrix<double> Rows) : ICovariance
{
    /// <summary>P's diagonal, [n].</summary>
    public double[] Variances()
    {
        var variances = new double[Rows.Width];
        for (var i = 0; i < Rows.Rows; i++)
            TensorPrimitives.MultiplyAdd(Rows[i], Rows[i], variances, variances);
        return variances;
    }

    /// <inheritdoc/>
    public void VariancesOf(ReadOnlyBatch<double> rows, Span<double> variances)
    {
        using var frame = Scratch.Enter();
        var product = frame.Rent(rows.Rows, Rows.Rows);
        Dense.MultiplyTransposedRight<double>(1, rows, Rows, 0, product);
        for (var i = 0; i < rows.Rows; i++)
            variances[i] = TensorPrimitives.SumOfSquares<double>(product[i]);
    }
}
