using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Observing.Errors;

/// <summary>An error whose values are trusted less, each by its own factor: R′ = F R F with F = diag(f). Correlations stay.</summary>
public sealed class ScaledError : IObservationError
{
    private readonly IObservationError inner;
    private readonly double[] factors;
    private readonly double[] deviations;

    /// <summary>Multiplies each value's error.</summary>
    /// <param name="inner">R.</param>
    /// <param name="factors">f, each finite and above 0, [m]; taken over, not copied.</param>
    /// <exception cref="ArgumentException">The counts differ, or a factor is not a finite number above 0.</exception>
    public ScaledError(IObservationError inner, double[] factors)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(factors);
        if (factors.Length != inner.Width)
            throw new ArgumentException($"An error of {inner.Width} values needs as many factors, not {factors.Length}.", nameof(factors));
        for (var i = 0; i < factors.Length; i++)
            if (!(factors[i] > 0) || !double.IsFinite(factors[i]))
                throw new ArgumentException($"Factor {i} is {factors[i]}; it must be a finite number above 0.", nameof(factors));
        (this.inner, this.factors, deviations) = (inner, factors, new double[factors.Length]);
        TensorPrimitives.Multiply(inner.StandardDeviations, factors, deviations);
    }

    /// <inheritdoc/>
    public int Width => inner.Width;

    /// <inheritdoc/>
    public bool IsDiagonal => inner.IsDiagonal;

    /// <inheritdoc/>
    public ReadOnlySpan<double> StandardDeviations => deviations;

    /// <inheritdoc/>
    public void Whiten(Batch<double> rows)
    {
        Divide(rows);
        inner.Whiten(rows);
    }

    /// <inheritdoc/>
    public void WhitenTransposed(Batch<double> rows)
    {
        inner.WhitenTransposed(rows);
        Divide(rows);
    }

    /// <inheritdoc/>
    public void Color(Batch<double> rows)
    {
        inner.Color(rows);
        Multiply(rows);
    }

    /// <inheritdoc/>
    public void Sample(Batch<double> rows, RandomSource random)
    {
        inner.Sample(rows, random);
        Multiply(rows);
    }

    /// <inheritdoc/>
    public void AddCovariance(Batch<double> covariance)
    {
        using var frame = Scratch.Enter();
        var own = frame.RentCleared(Width, Width);
        inner.AddCovariance(own);
        for (var i = 0; i < Width; i++)
            for (var j = 0; j < Width; j++)
                covariance[i, j] += factors[i] * factors[j] * own[i, j];
    }

    /// <inheritdoc/>
    public void LogDensity(ReadOnlyBatch<double> departures, Span<double> result)
    {
        using var frame = Scratch.Enter();
        var z = frame.Rent(departures.Rows, Width);
        for (var row = 0; row < z.Rows; row++)
            TensorPrimitives.Divide(departures[row], factors, z[row]);
        inner.LogDensity(z, result);
        var volume = 0.0;
        foreach (var factor in factors)
            volume += Math.Log(factor);
        for (var row = 0; row < z.Rows; row++)
            result[row] -= volume;
    }

    /// <inheritdoc/>
    public IObservationError Select(ReadOnlySpan<int> indices)
    {
        var chosen = new double[indices.Length];
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = factors[indices[i]];
        return new ScaledError(inner.Select(indices), chosen);
    }

    private void Divide(Batch<double> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
            TensorPrimitives.Divide(rows[row], factors, rows[row]);
    }

    private void Multiply(Batch<double> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
            TensorPrimitives.Multiply(rows[row], factors, rows[row]);
    }
}
