using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Numerics;

namespace Sonde.Assimilation.Inflation;

/// <summary>
/// Draws analysis anomalies back towards the forecast: to its perturbations, A ← (1 − a) A + a Aᶠ (Zhang, Snyder, Sun,
/// Monthly Weather Review 132, 2004), or to its spread, A ← A (1 + a (σᶠ − σ)/σ) in each component (Whitaker, Hamill,
/// Monthly Weather Review 140, 2012, eq. 2). With both, perturbations come first.
/// </summary>
/// <param name="Rtpp">a of relaxation to prior perturbations, 0 to 1.</param>
/// <param name="Rtps">a of relaxation to prior spread, 0 or more; above 1 spread exceeds that of the forecast.</param>
public sealed record Relaxation(double Rtpp = 0, double Rtps = 0)
{
    /// <inheritdoc cref="Relaxation(double, double)" path="/param[@name='Rtpp']"/>
    public double Rtpp { get; init; } = Check.Within(0, 1, Rtpp, nameof(Rtpp));

    /// <inheritdoc cref="Relaxation(double, double)" path="/param[@name='Rtps']"/>
    public double Rtps { get; init; } = Check.AtLeast(0, Rtps, nameof(Rtps));

    /// <summary>What <see cref="Apply"/> needs of the forecast.</summary>
    /// <param name="members">The forecast, [N, width].</param>
    /// <param name="frame">Where it is kept.</param>
    internal Forecast Remember(Batch<double> members, ScratchFrame frame)
    {
        var anomalies = frame.Rent(Rtpp > 0 ? members.Rows : 0, members.Width);
        var deviation = frame.Rent(1, members.Width)[0];
        if (Rtpp > 0)
        {
            members.CopyTo(anomalies);
            Moments.Center(anomalies, deviation);
        }
        if (Rtps > 0)
            Deviation(members, deviation);
        return new Forecast(anomalies, deviation);
    }

    /// <summary>Relaxes the analysis.</summary>
    internal void Apply(Batch<double> members, Forecast forecast, Workers workers)
    {
        if (Rtpp > 0)
        {
            EnsembleTransform.Scale(members, 1 - Rtpp, workers);
            members += Rtpp * forecast.Anomalies;
        }
        if (Rtps <= 0)
            return;
        using var frame = Scratch.Enter();
        var factors = frame.Rent(1, members.Width)[0];
        Deviation(members, factors);
        for (var i = 0; i < factors.Length; i++)
            factors[i] = factors[i] > 0 ? 1 + Rtps * (forecast.Deviation[i] - factors[i]) / factors[i] : 1;
        EnsembleTransform.Scale(members, factors, workers);
    }

    private static void Deviation(Batch<double> members, Span<double> deviation)
    {
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, members.Width)[0];
        Moments.Mean(members, [], mean);
        Moments.Variance(members, [], mean, deviation);
        TensorPrimitives.Sqrt(deviation, deviation);
    }

    /// <summary>Anomalies of the forecast where they are needed, and its standard deviation.</summary>
    internal readonly ref struct Forecast(Batch<double> anomalies, Span<double> deviation)
    {
        public readonly Batch<double> Anomalies = anomalies;

        public readonly Span<double> Deviation = deviation;
    }
}
