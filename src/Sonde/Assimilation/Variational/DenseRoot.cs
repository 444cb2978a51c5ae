using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>Z as a matrix.</summary>
/// <param name="rows">[r, n].</param>
internal sealed class DenseRoot(Matrix<double> rows) : IBackgroundRoot
{
    /// <inheritdoc/>
    public int Modes => rows.Rows;

    /// <inheritdoc/>
    public int Width => rows.Width;

    /// <inheritdoc/>
    public Variable<double> Place(Variable<double> v) => v.Times(v.Tape.Constant(rows.All));

    /// <inheritdoc/>
    public void Place(ReadOnlyBatch<double> controls, Batch<double> departures) => Dense.Multiply<double>(controls, rows, departures);

    /// <inheritdoc/>
    public void AddTransposed(ReadOnlyBatch<double> departures, Batch<double> controls) =>
        Dense.MultiplyTransposedRight<double>(1, departures, rows, 1, controls);

    /// <inheritdoc/>
    public double[] Variances() => new RowsCovariance(rows).Variances();
}
