using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Observing.Errors;

/// <summary>Gaussian errors N(0, R) with a full covariance, through its Cholesky factor R = L Lᵀ.</summary>
public sealed class CorrelatedError : IObservationError
{
    private const double HalfLogTwoPi = 0.918938533204672741780329736406;
    private readonly Matrix<double> covariance;
    private readonly Matrix<double> l;
    private readonly double[] deviations;
    private readonly double logDeterminant;

    /// <summary>Takes the covariance over; does not copy.</summary>
    /// <param name="covariance">R, symmetric and positive definite, [m, m].</param>
    /// <exception cref="ArgumentException">
    /// R is not square, not symmetric to 1e-10 of its diagonal, not finite, or not positive definite; the message names the pivot.
    /// </exception>
    public CorrelatedError(Matrix<double> covariance)
    {
        ArgumentNullException.ThrowIfNull(covariance);
        Check(covariance);
        this.covariance = covariance;
        l = covariance.Copy();
        var sound = Cholesky.Factor(l.All);
        deviations = new double[Width];
        for (var i = 0; i < Width; i++)
        {
            if (!sound || l[i, i] * l[i, i] <= Width * 1e-15 * covariance[i, i])
                Refuse(covariance);
            deviations[i] = Math.Sqrt(covariance[i, i]);
            logDeterminant += 2 * Math.Log(l[i, i]);
        }
    }

    /// <inheritdoc/>
    public int Width => covariance.Rows;

    /// <inheritdoc/>
    public bool IsDiagonal => false;

    /// <inheritdoc/>
    public ReadOnlySpan<double> StandardDeviations => deviations;

    /// <summary>Rᵢⱼ = σᵢ σⱼ ρᵢⱼ.</summary>
    /// <param name="deviations">σ, [m].</param>
    /// <param name="correlation">ρᵢⱼ of values i and j; asked for i &gt; j alone.</param>
    /// <exception cref="ArgumentException">The covariance is not positive definite.</exception>
    public static CorrelatedError From(ReadOnlySpan<double> deviations, Func<int, int, double> correlation)
    {
        ArgumentNullException.ThrowIfNull(correlation);
        var covariance = new Matrix<double>(deviations.Length, deviations.Length);
        for (var i = 0; i < deviations.Length; i++)
        {
            covariance[i, i] = deviations[i] * deviations[i];
            for (var j = 0; j < i; j++)
                covariance[i, j] = covariance[j, i] = deviations[i] * deviations[j] * correlation(i, j);
        }
        return new CorrelatedError(covariance);
    }

    /// <inheritdoc/>
    public void Whiten(Batch<double> rows) => Cholesky.SolveLower(l.All, rows);

    /// <inheritdoc/>
    public void WhitenTransposed(Batch<double> rows) => Cholesky.SolveLowerTransposed(l.All, rows);

    /// <inheritdoc/>
    public void Color(Batch<double> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            var x = rows[row];
            for (var i = Width - 1; i >= 0; i--)                        // from the end, so that what is still needed is still there
                x[i] = TensorPrimitives.Dot<double>(l[i][..(i + 1)], x[..(i + 1)]);
        }
    }

    /// <inheritdoc/>
    public void Sample(Batch<double> rows, RandomSource random)
    {
        random.FillNormal(rows.Values);
        Color(rows);
    }

    /// <inheritdoc/>
    public void AddCovariance(Batch<double> covariance) => covariance += this.covariance.All;

    /// <inheritdoc/>
    public void LogDensity(ReadOnlyBatch<double> departures, Span<double> result)
    {
        using var frame = Scratch.Enter();
        var z = frame.Rent(departures.Rows, Width);
        departures.CopyTo(z);
        Whiten(z);
        for (var row = 0; row < departures.Rows; row++)
            result[row] = -0.5 * (TensorPrimitives.SumOfSquares<double>(z[row]) + logDeterminant) - Width * HalfLogTwoPi;
    }

    /// <inheritdoc/>
    public IObservationError Select(ReadOnlySpan<int> indices)
    {
        var marginal = new Matrix<double>(indices.Length, indices.Length);
        for (var i = 0; i < indices.Length; i++)
            for (var j = 0; j < indices.Length; j++)
                marginal[i, j] = covariance[indices[i], indices[j]];
        return new CorrelatedError(marginal);
    }

    private static void Check(Matrix<double> covariance)
    {
        if (covariance.Rows != covariance.Width)
            throw new ArgumentException($"A covariance is square, not {covariance.Rows} × {covariance.Width}.", nameof(covariance));
        for (var i = 0; i < covariance.Rows; i++)
            for (var j = 0; j <= i; j++)
            {
                if (!double.IsFinite(covariance[i, j]))
                    throw new ArgumentException($"The covariance of values {i} and {j} is {covariance[i, j]}; it must be finite.", nameof(covariance));
                var scale = Math.Sqrt(Math.Abs(covariance[i, i] * covariance[j, j]));
                if (Math.Abs(covariance[i, j] - covariance[j, i]) > 1e-10 * scale)
                    throw new ArgumentException(
                        $"A covariance is symmetric, but entry ({i}, {j}) is {covariance[i, j]} and entry ({j}, {i}) is {covariance[j, i]}.", nameof(covariance));
            }
    }

    // Finds the first pivot that is not clearly above 0, one column at a time, and says so.
    private static void Refuse(Matrix<double> covariance)
    {
        var n = covariance.Rows;
        var a = covariance.Copy();
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
                a[i, j] = (a[i, j] - TensorPrimitives.Dot<double>(a[i][..j], a[j][..j])) / a[j, j];
            var pivot = a[i, i] - TensorPrimitives.SumOfSquares<double>(a[i][..i]);
            if (!(pivot > n * 1e-15 * covariance[i, i]))
                throw new ArgumentException(
                    $"The covariance of {n} values is not positive definite: pivot {i} is {pivot:g3}, where the variance is {covariance[i, i]:g6}; " +
                    "is a value twice in it, or its correlation too long for a white part?", nameof(covariance));
            a[i, i] = Math.Sqrt(pivot);
        }
        throw new ArgumentException($"The covariance of {n} values is too close to a singular one to be factored.", nameof(covariance));
    }
}
