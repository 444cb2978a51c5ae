using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Observing.Errors;

/// <summary>Independent Gaussian errors: N(0, diag(σ²)).</summary>
public sealed class DiagonalError : IndependentError
{
    private const double HalfLogTwoPi = 0.918938533204672741780329736406;

    /// <summary>One standard deviation a value.</summary>
    /// <param name="deviations">σ, each finite and above 0; taken over, not copied.</param>
    public DiagonalError(double[] deviations) : base(deviations)
    {
    }

    /// <summary>The same standard deviation for <paramref name="count"/> values.</summary>
    public DiagonalError(int count, double deviation) : base(Repeat(count, deviation))
    {
    }

    /// <inheritdoc/>
    public override void Sample(Batch<double> rows, RandomSource random)
    {
        random.FillNormal(rows.Values);
        Color(rows);
    }

    /// <inheritdoc/>
    public override void LogDensity(ReadOnlyBatch<double> departures, Span<double> result)
    {
        using var frame = Scratch.Enter();
        var z = frame.Rent(1, Width)[0];
        for (var row = 0; row < departures.Rows; row++)
        {
            TensorPrimitives.Divide(departures[row], StandardDeviations, z);
            result[row] = -0.5 * TensorPrimitives.SumOfSquares<double>(z) - LogScale - Width * HalfLogTwoPi;
        }
    }

    /// <inheritdoc/>
    public override IObservationError Select(ReadOnlySpan<int> indices) => new DiagonalError(DeviationsAt(indices));
}
