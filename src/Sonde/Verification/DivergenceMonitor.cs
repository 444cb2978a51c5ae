using Sonde.Observing;

namespace Sonde.Verification;

/// <summary>
/// Sees from innovations alone that a filter has lost the truth; a healthy spread hides it. In units of the observation
/// errors, the mean square innovation S shows a forecast error variance S − 1, of which the filter explains S/C − 1, with
/// C = mean d² / (σ_f² + σ_o²). A forecast is astray when its error exceeds what the filter explains
/// <see cref="Overconfidence"/> times over and also <see cref="ShareOfVariability"/> of what the observed quantities vary by
/// about their own means, the error of no filter at all, by more than chance. A filter is lost when it was astray at most times
/// of a window: a few wild innovations, as of a regime that changed, do not make a loss.
/// </summary>
public sealed class DivergenceMonitor
{
    /// <summary>The ratio of error variances, shown over explained, from which on a forecast contradicts its own spread.</summary>
    public const double Overconfidence = 4;

    /// <summary>The share of the observed variability from which on a forecast has no skill to speak of.</summary>
    public const double ShareOfVariability = 0.5;

    /// <summary>Fewest values in a judgement: times with fewer are judged together with those before.</summary>
    public const int FewestValues = 10;

    private const double Chance = 2;                        // standard errors of S, (2 / number of values)^½, that luck may explain

    private readonly int window;
    private readonly Queue<(InnovationCheck Check, int Count)> group = new();
    private readonly Queue<bool> judgements = new();
    private int values;                                     // in the group
    private int astray;                                     // among the judgements
    private double[] means = [];                            // of each value of an observation, in units of its error
    private double[] scatters = [];
    private int[] counts = [];

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
        Learn(observation);
        group.Enqueue((check, observation.Count));
        values += observation.Count;
        while (values - group.Peek().Count >= FewestValues)
            values -= group.Dequeue().Count;
        if (values < FewestValues)
            return;
        var judgement = IsAstray(Variability(observation.Count));
        judgements.Enqueue(judgement);
        astray += judgement ? 1 : 0;
        if (judgements.Count > window)
            astray -= judgements.Dequeue() ? 1 : 0;
        if (judgements.Count == window && 2 * astray > window)
            LostAt ??= observation.Index;
    }

    private bool IsAstray(double variability)
    {
        double s = 0, c = 0;
        foreach (var (check, count) in group)
            (s, c) = (s + check.Square * count / values, c + check.Consistency * count / values);
        var shown = s - 1;
        var explained = Math.Max(0, s / c - 1);
        return shown > Overconfidence * explained && shown - Chance * Math.Sqrt(2.0 / values) > ShareOfVariability * variability;
    }

    /// <summary>Welford's running variance of each value of an observation.</summary>
    private void Learn(Observation observation)
    {
        var sd = observation.Error.StandardDeviations;
        var y = observation.Values.Span;
        if (y.Length > means.Length)
        {
            Array.Resize(ref means, y.Length);
            Array.Resize(ref scatters, y.Length);
            Array.Resize(ref counts, y.Length);
        }
        for (var i = 0; i < y.Length; i++)
        {
            counts[i]++;
            var before = y[i] / sd[i] - means[i];
            means[i] += before / counts[i];
            scatters[i] += before * (y[i] / sd[i] - means[i]);
        }
    }

    /// <summary>How much the first so many values of observations vary, their errors' own variance taken away.</summary>
    private double Variability(int first)
    {
        var (scatter, freedom) = (0.0, 0);
        for (var i = 0; i < first; i++)
            (scatter, freedom) = (scatter + scatters[i], freedom + counts[i] - 1);
        return Math.Max(0, scatter / Math.Max(1, freedom) - 1);
    }
}

/// <summary>How one forecast compares with its observation.</summary>
/// <param name="Consistency">c = mean d² / (σ_f² + σ_o²); about 1 where the spread is right.</param>
/// <param name="Square">Mean d² / σ_o².</param>
public readonly record struct InnovationCheck(double Consistency, double Square);
