using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Observing.Errors;

/// <summary>
/// Independent double exponential errors: p(d) = exp(−√2 |d| / σ) / (√2 σ), of standard deviation σ. Occasional large errors are
/// likelier than Gaussian. Whitening divides by σ, which makes the covariance I but the distribution no Gaussian.
/// </summary>
public sealed class LaplaceError : IndependentError
{
    private static readonly double Root2 = Math.Sqrt(2);

    /// <summary>One standard deviation a value.</summary>
    /// <param name="deviations">σ, each finite and above 0; taken over, not copied.</param>
    public LaplaceError(double[] deviations) : base(deviations)
    {
    }

    /// <inheritdoc/>
    public override void Sample(Batch<double> rows, RandomSource random)
    {
        random.FillUniform(rows.Values);
        foreach (ref var u in rows.Values)
        {
            var away = 2 * u - 1;                                       // [−1, 1): sign and tail probability at once
            u = Math.CopySign(Math.Log(Math.Max(1 - Math.Abs(away), 1.0 / (1UL << 53))), -away) / Root2;
        }
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
            result[row] = -Root2 * TensorPrimitives.SumOfMagnitudes<double>(z) - LogScale - 0.5 * Width * Math.Log(2);
        }
    }

    /// <inheritdoc/>
    public override IObservationError Select(ReadOnlySpan<int> indices) => new LaplaceError(DeviationsAt(indices));
}
