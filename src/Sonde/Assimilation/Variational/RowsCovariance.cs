using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>P = Cᵀ C by rows C: those of a square root, or draws that stand for one.</summary>
/// <param name="Rows">C, [any, n].</param>
internal sealed record RowsCovariance(Matrix<double> Rows) : ICovariance
{
    /// <summary>A state with the covariance that rows stand for: as a matrix where the state is small. Copies both.</summary>
    public static GaussianBelief Belief(ReadOnlyBatch<double> state, ReadOnlyBatch<double> rows, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        if (state.Width > MinimizerChoice.Small)
        {
            var structure = new RowsCovariance(new Matrix<double>(rows));
            return new GaussianBelief(state.Values.ToArray(), structure.Variances(), structure, memory);
        }
        var covariance = new Matrix<double>(state.Width, state.Width);
        Dense.MultiplyTransposedLeft(1, rows, rows, 0, covariance);
        return new GaussianBelief(state.Values.ToArray(), covariance, memory);
    }

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
