using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// ½ log det (c cᵀ + a) − ½ eᵀ (c cᵀ + a) e, row by row, [rows, 1]: the log density at a departure e, up to a constant, of the Gaussian whose mean
/// <see cref="BandedAnalysis{T}"/> gives. Operands: the bands of the lower triangular c [rows or 1, n (p + 1)], the lower bands of the symmetric a
/// [rows, n (p + 1)], in the storage of <see cref="Banded"/>, and e [rows, n]. Computed in double precision whatever T is. NaN where the precision is
/// not positive definite. With s = (c cᵀ + a)⁻¹ within the band, its derivative by the precision is ½ (s − e eᵀ).
/// </summary>
/// <param name="halfWidth">p, 0 or more.</param>
/// <param name="floor">ε, added to the diagonal of c cᵀ; 0 or more.</param>
public sealed class BandedLogDensity<T>(int halfWidth, double floor = 0) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        var (factor, band, departure) = (x.Size(0), x.Size(1), x.Size(2));
        var numbers = departure.Width * (halfWidth + 1);
        return factor.Width == numbers && (factor.Rows == departure.Rows || factor.Rows == 1) && band == new Size(departure.Rows, numbers)
            ? new(departure.Rows, 1)
            : throw new ArgumentException($"Departures of {departure} need bands of {new Size(departure.Rows, numbers)} (half-width {halfWidth}), not {factor} and {band}.");
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var at = new Row(frame, x.Size(2).Width, halfWidth, floor);
        for (var row = 0; row < y.Rows; row++)
            y[row, 0] = T.CreateTruncating(at.Load(x, row));
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var n = x.Size(2).Width;
        var at = new Row(frame, n, halfWidth, floor);
        var change = frame.Rent(n, halfWidth + 1);
        var vector = frame.Rent(1, n);
        for (var row = 0; row < y.Rows; row++)
        {
            at.Load(x, row);
            at.Differentiate();
            var sum = 0.0;
            if (dx.Has(0))
            {
                AnalysisRows.Read(dx[0][dx[0].Rows == 1 ? 0 : row], change);
                sum += TensorPrimitives.Dot<double>(at.OfFactor.Values, change.Values);
            }
            if (dx.Has(1))
            {
                AnalysisRows.Read(dx[1][row], change);
                sum += TensorPrimitives.Dot<double>(at.OfPrecision.Values, change.Values);
            }
            if (dx.Has(2))
            {
                AnalysisRows.Read(dx[2][row], vector);
                sum += TensorPrimitives.Dot<double>(at.OfDeparture.Values, vector.Values);
            }
            dy[row, 0] += T.CreateTruncating(sum);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var at = new Row(frame, x.Size(2).Width, halfWidth, floor);
        for (var row = 0; row < yBar.Rows; row++)
        {
            at.Load(x, row);
            at.Differentiate();
            var scale = double.CreateTruncating(yBar[row, 0]);
            if (xBar.Wants(0))
                Add(scale, at.OfFactor.Values, xBar[0][xBar[0].Rows == 1 ? 0 : row]);
            if (xBar.Wants(1))
                Add(scale, at.OfPrecision.Values, xBar[1][row]);
            if (xBar.Wants(2))
                Add(scale, at.OfDeparture.Values, xBar[2][row]);
        }
    }

    private static void Add(double scale, ReadOnlySpan<double> values, Span<T> to)
    {
        for (var i = 0; i < to.Length; i++)
            to[i] += T.CreateTruncating(scale * values[i]);
    }

    /// <summary>The density of one row, and its derivatives by everything that it depends on.</summary>
    private readonly ref struct Row(ScratchFrame frame, int n, int halfWidth, double floor)
    {
        private readonly Batch<double> factor = frame.Rent(n, halfWidth + 1);
        private readonly Batch<double> precision = frame.Rent(n, halfWidth + 1);
        private readonly Batch<double> cholesky = frame.Rent(n, halfWidth + 1);
        private readonly Batch<double> departure = frame.Rent(1, n);

        public Batch<double> OfFactor { get; } = frame.Rent(n, halfWidth + 1);

        public Batch<double> OfPrecision { get; } = frame.Rent(n, halfWidth + 1);

        public Batch<double> OfDeparture { get; } = frame.Rent(1, n);

        /// <summary>The value; NaN where the precision is not positive definite.</summary>
        public double Load(Operands<T> x, int row)
        {
            AnalysisRows.Read(x[0][x[0].Rows == 1 ? 0 : row], factor);
            AnalysisRows.Read(x[1][row], cholesky);
            AnalysisRows.Read(x[2][row], departure);
            Banded.Gram(factor, precision);
            Banded.AddDiagonal(floor, precision);
            var sum = precision;
            sum += (ReadOnlyBatch<double>)cholesky;
            precision.CopyTo(cholesky);
            OfDeparture.Clear();
            Banded.AddProduct(-1, precision, departure, OfDeparture);
            return BandedCholesky.Factor(cholesky)
                ? 0.5 * (BandedCholesky.LogDeterminant<double>(cholesky) + TensorPrimitives.Dot<double>(OfDeparture.Values, departure.Values))
                : double.NaN;
        }

        /// <summary>Fills the derivatives; each stored number off the diagonal of the precision stands for two entries.</summary>
        public void Differentiate()
        {
            BandedCholesky.SelectedInverse(cholesky, OfPrecision);
            for (var i = 0; i < n; i++)
                OfPrecision[i, halfWidth] *= 0.5;
            Banded.AddOuterProduct(-0.5, departure.Values, departure.Values, OfPrecision);
            OfFactor.Clear();
            Banded.AddGramAdjoint(factor, OfPrecision, OfFactor);
        }
    }
}
