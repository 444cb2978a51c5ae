using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Observing.Errors;

/// <summary>Errors of which none tells about another: R = diag(σ²). Families differ in the shape of one error's distribution.</summary>
public abstract class IndependentError : IObservationError
{
    private readonly double[] deviations;

    /// <summary>Takes the standard deviations over; does not copy.</summary>
    /// <exception cref="ArgumentException">A standard deviation is not a finite number above 0.</exception>
    protected IndependentError(double[] deviations)
    {
        ArgumentNullException.ThrowIfNull(deviations);
        for (var i = 0; i < deviations.Length; i++)
            if (!(deviations[i] > 0) || !double.IsFinite(deviations[i]))
                throw new ArgumentException($"Standard deviation {i} is {deviations[i]}; it must be a finite number above 0.", nameof(deviations));
        this.deviations = deviations;
        foreach (var deviation in deviations)
            LogScale += Math.Log(deviation);
    }

    /// <inheritdoc/>
    public int Width => deviations.Length;

    /// <inheritdoc/>
    public bool IsDiagonal => true;

    /// <inheritdoc/>
    public ReadOnlySpan<double> StandardDeviations => deviations;

    /// <summary>Σ ln σᵢ.</summary>
    protected double LogScale { get; }

    /// <inheritdoc/>
    public void Whiten(Batch<double> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
            TensorPrimitives.Divide(rows[row], deviations, rows[row]);
    }

    /// <inheritdoc/>
    public void WhitenTransposed(Batch<double> rows) => Whiten(rows);

    /// <inheritdoc/>
    public void Color(Batch<double> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
            TensorPrimitives.Multiply(rows[row], deviations, rows[row]);
    }

    /// <inheritdoc/>
    public void AddCovariance(Batch<double> covariance)
    {
        for (var i = 0; i < deviations.Length; i++)
            covariance[i, i] += deviations[i] * deviations[i];
    }

    /// <inheritdoc/>
    public abstract void Sample(Batch<double> rows, RandomSource random);

    /// <inheritdoc/>
    public abstract void LogDensity(ReadOnlyBatch<double> departures, Span<double> result);

    /// <inheritdoc/>
    public abstract IObservationError Select(ReadOnlySpan<int> indices);

    /// <summary>The standard deviations at <paramref name="indices"/>, a new array.</summary>
    protected double[] DeviationsAt(ReadOnlySpan<int> indices)
    {
        var chosen = new double[indices.Length];
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = deviations[indices[i]];
        return chosen;
    }

    /// <summary><paramref name="count"/> times <paramref name="deviation"/>.</summary>
    protected static double[] Repeat(int count, double deviation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var deviations = new double[count];
        Array.Fill(deviations, deviation);
        return deviations;
    }
}
