using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>Columns brought to mean 0 and standard deviation 1: (x − mean) / deviation.</summary>
public sealed class NormalizedColumns<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Matrix<T> mean, deviation, inverse;

    /// <summary>Columns of known mean and deviation.</summary>
    /// <param name="mean">A number a column.</param>
    /// <param name="deviation">A number above 0 a column.</param>
    /// <exception cref="ArgumentException">Their numbers differ, or a deviation is not above 0.</exception>
    public NormalizedColumns(ReadOnlySpan<T> mean, ReadOnlySpan<T> deviation)
    {
        if (mean.Length != deviation.Length)
            throw new ArgumentException($"There are {mean.Length} means but {deviation.Length} deviations.", nameof(deviation));
        for (var column = 0; column < deviation.Length; column++)
            if (!(deviation[column] > T.Zero))
                throw new ArgumentException($"The deviation of column {column} is {deviation[column]} but must be above 0.", nameof(deviation));
        (this.mean, this.deviation) = (new Matrix<T>(new ReadOnlyBatch<T>(mean)), new Matrix<T>(new ReadOnlyBatch<T>(deviation)));
        inverse = new Matrix<T>(1, mean.Length);
        for (var column = 0; column < mean.Length; column++)
            inverse.Values[column] = T.One / deviation[column];
    }

    /// <summary>How many columns there are.</summary>
    public int Width => mean.Width;

    /// <summary>A number a column.</summary>
    public ReadOnlySpan<T> Mean => mean.Values;

    /// <summary>A number a column.</summary>
    public ReadOnlySpan<T> Deviation => deviation.Values;

    /// <summary>The columns of a data set, of which a constant one keeps deviation 1. Variances are over the number of rows, sums in double precision.</summary>
    /// <param name="data">1 row or more.</param>
    /// <exception cref="ArgumentException">There is no row, or a number is not finite.</exception>
    public static NormalizedColumns<T> Of(ReadOnlyBatch<T> data)
    {
        Check.AtLeast(1, data.Rows, nameof(data));
        var (mean, deviation) = (new T[data.Width], new T[data.Width]);
        for (var column = 0; column < data.Width; column++)
        {
            var (average, squares) = (0.0, 0.0);
            for (var row = 0; row < data.Rows; row++)
            {
                var departure = double.CreateChecked(data[row][column]) - average;      // Welford, Technometrics 4, 1962
                average += departure / (row + 1);
                squares += departure * (double.CreateChecked(data[row][column]) - average);
            }
            if (!double.IsFinite(squares))
                throw new ArgumentException($"Column {column} holds a number that is not finite.", nameof(data));
            var spread = T.CreateChecked(Math.Sqrt(squares / data.Rows));
            (mean[column], deviation[column]) = (T.CreateChecked(average), spread > T.Zero ? spread : T.One);
        }
        return new(mean, deviation);
    }

    /// <summary>(x − mean) / deviation, in place.</summary>
    public void Normalize(Batch<T> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
            for (var column = 0; column < rows.Width; column++)
                rows[row, column] = (rows[row, column] - mean.Values[column]) * inverse.Values[column];
    }

    /// <summary>deviation x + mean, in place.</summary>
    public void Restore(Batch<T> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
            for (var column = 0; column < rows.Width; column++)
                rows[row, column] = rows[row, column] * deviation.Values[column] + mean.Values[column];
    }

    /// <summary>(x − mean) / deviation.</summary>
    public Variable<T> Normalize(Variable<T> rows) => (rows - rows.Tape.Constant(mean)) * rows.Tape.Constant(inverse);

    /// <summary>deviation x + mean.</summary>
    public Variable<T> Restore(Variable<T> rows) => rows * rows.Tape.Constant(deviation) + rows.Tape.Constant(mean);
}
