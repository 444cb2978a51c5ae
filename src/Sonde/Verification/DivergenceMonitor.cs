using Sonde.Observing;

namespace Sonde.Verification;

/// <summary>
/// Sees from innovations alone that a filter has lost the truth; a healthy spread hides it. Over a sliding window of
/// observation times it compares the mean square innovation with what the filter says it should be,
/// c = mean d² / (σ_f² + σ_o²), and with how much the observations vary anyway. A filter is lost when it is both far more
/// wrong than it believes (c above <see cref="Inconsistency"/>) and about as wrong as no filter at all (mean d² above
/// <see cref="ShareOfVariability"/> of the observations' own variance).
/// </summary>
public sealed class DivergenceMonitor
{
    /// <summary>The ratio c from which on a forecast contradicts its own spread.</summary>
    public const double Inconsistency = 4;

    /// <summary>The share of the observations' own variance from which on innovations show no skill.</summary>
    public const double ShareOfVariability = 0.25;

    private readonly int window;
    private readonly Queue<(double Consistency, double Square)> recent = new();
    private double sumConsistency;
    private double sumSquare;
    private double count;
    private double mean;
    private double scatter;

    /// <summary>Watches the last <paramref name="window"/> observation times.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window is shorter than 2.</exception>
    public DivergenceMonitor(int window = 50)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 2);
        this.window = window;
    }

    /// <summary>Index of the observation at which the filter was first seen to be lost; null while it is not.</summary>
    public int? LostAt { get; private set; }

    /// <summary>Compares one forecast with its observation.</summary>
    /// <param name="observation">What was observed, one value or more.</param>
    /// <param name="predictedMean">H of the forecast, [m].</param>
    /// <param name="predictedVariance">Its variance, [m].</param>
    public static InnovationCheck Check(Observation observation, ReadOnlySpan<double> predictedMean, ReadOnlySpan<double> predictedVariance)
    {
        var sd = observation.Error.StandardDeviations;
        var values = observation.Values.Span;
        double consistency = 0, square = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var variance = sd[i] * sd[i];
            var d = values[i] - predictedMean[i];
            consistency += d * d / (predictedVariance[i] + variance);
            square += d * d / variance;
        }
        return new InnovationCheck(consistency / values.Length, square / values.Length);
    }

    /// <summary>Takes the next observation time into account. A resumed run calls it again with what it has saved.</summary>
    public void Watch(Observation observation, InnovationCheck check)
    {
        var sd = observation.Error.StandardDeviations;
        var values = observation.Values.Span;
        for (var i = 0; i < values.Length; i++)
            Learn(values[i] / sd[i]);
        Remember(check.Consistency, check.Square);
        if (LostAt is null && recent.Count == window
            && sumConsistency / window > Inconsistency && sumSquare / window > ShareOfVariability * scatter / Math.Max(1, count - 1))
            LostAt = observation.Index;
    }

    private void Remember(double consistency, double square)
    {
        recent.Enqueue((consistency, square));
        (sumConsistency, sumSquare) = (sumConsistency + consistency, sumSquare + square);
        if (recent.Count <= window)
            return;
        var (oldConsistency, oldSquare) = recent.Dequeue();
        (sumConsistency, sumSquare) = (sumConsistency - oldConsistency, sumSquare - oldSquare);
    }

    /// <summary>Welford's running variance of everything observed, in units of its error.</summary>
    private void Learn(double value)
    {
        count++;
        var before = value - mean;
        mean += before / count;
        scatter += before * (value - mean);
    }
}

/// <summary>How one forecast compares with its observation.</summary>
/// <param name="Consistency">c = mean d² / (σ_f² + σ_o²); about 1 where the spread is right.</param>
/// <param name="Square">Mean d² / σ_o².</param>
public readonly record struct InnovationCheck(double Consistency, double Square);
