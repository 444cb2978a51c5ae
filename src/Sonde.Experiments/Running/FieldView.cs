using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Operators;

namespace Sonde.Experiments.Running;

/// <summary>What rows that hold no fields stand for: fields on a grid, read through a decoder, and the parameters.</summary>
internal sealed class FieldView
{
    private const int RowsAtOnce = 20;
    private readonly IObservationOperator reader;

    /// <summary>Fields and parameters by name, each field at the places of the grid it is wanted on.</summary>
    /// <param name="rows">What rows stand for, with its decoder.</param>
    /// <param name="wanted">What is scored and shown.</param>
    /// <exception cref="ArgumentException">A field or parameter is not there, or a place cannot be read.</exception>
    public FieldView(Domain rows, Domain wanted)
    {
        reader = Rereading.Of(new IdentityOperator(wanted.Width), wanted, rows);
        Fields = new Domain(wanted.Space, wanted.Fields, wanted.Parameters);
    }

    /// <summary>What is made of a row.</summary>
    public Domain Fields { get; }

    /// <summary>Fields of rows; the same bits on any number of threads.</summary>
    /// <param name="rows">[any, width].</param>
    /// <param name="workers">How many threads may work.</param>
    /// <returns>[as many, width of <see cref="Fields"/>].</returns>
    public Matrix<double> Decode(Matrix<double> rows, Workers workers)
    {
        var fields = new Matrix<double>(rows.Rows, Fields.Width);
        Decode(rows, fields, workers);
        return fields;
    }

    /// <summary>The same into a matrix of one's own.</summary>
    public void Decode(Matrix<double> rows, Matrix<double> fields, Workers workers) =>
        workers.ForBlocks(rows.Rows, RowsAtOnce, (first, count) => reader.Apply(rows.All.Slice(first, count), fields.All.Slice(first, count)));

    /// <summary>To first order: the fields of the mean, and the variances J P Jᵀ of their tangent.</summary>
    public GaussianBelief Decode(GaussianBelief belief)
    {
        var (mean, variance) = (new double[Fields.Width], new double[Fields.Width]);
        var row = new ReadOnlyBatch<double>(belief.MeanState);
        reader.Apply(row, new Batch<double>(mean));
        var directions = new Matrix<double>(belief.Width, belief.Width);
        if (!CovarianceRoot.Rows(CovarianceOf(belief), directions))
            variance.AsSpan().Fill(double.NaN);
        var tangents = new Matrix<double>(directions.Rows, Fields.Width);
        reader.Tangent(row, directions, tangents);
        for (var i = 0; i < tangents.Rows; i++)
            TensorPrimitives.MultiplyAdd<double>(tangents[i], tangents[i], variance, variance);
        return new GaussianBelief(mean, variance);
    }

    /// <summary>P as a matrix, however it is kept: by polarization where only variances of sums can be asked for.</summary>
    private static Matrix<double> CovarianceOf(GaussianBelief belief)
    {
        if (belief.Covariance is { } known)
            return known;
        var (n, covariance) = (belief.Width, new Matrix<double>(belief.Width, belief.Width));
        var variance = new double[n];
        belief.Variance(variance);
        for (var i = 0; i < n; i++)
            covariance[i, i] = variance[i];
        if (belief.Structure is not { } structure)
            return covariance;
        var (pair, ofSum) = (new Matrix<double>(1, n), new double[1]);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
            {
                pair.Values.Clear();
                (pair[0, i], pair[0, j]) = (1, 1);
                structure.VariancesOf(pair, ofSum);
                covariance[i, j] = covariance[j, i] = 0.5 * (ofSum[0] - variance[i] - variance[j]);
            }
        return covariance;
    }
}
