using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>The symmetric square root analysis of a whole ensemble, with or without the finite-size inflation.</summary>
/// <param name="Inflation">λ that was applied before the update; NaN where numbers failed.</param>
/// <param name="DegreesOfFreedom">tr(HK).</param>
internal readonly record struct SquareRoot(double Inflation, double DegreesOfFreedom)
{
    /// <summary>Updates the members.</summary>
    /// <param name="members">E, [N, any].</param>
    /// <param name="y">Predicted anomalies in units of the observation errors, [N, m].</param>
    /// <param name="departure">Likewise, [m].</param>
    /// <param name="certainty">Of the finite-size prior; null for no inflation.</param>
    /// <param name="workers">How many threads may work.</param>
    public static SquareRoot Apply(Batch<double> members, Batch<double> y, ReadOnlySpan<double> departure, double? certainty, Workers workers)
    {
        using var frame = Scratch.Enter();
        var spectrum = new EnsembleSpectrum(y, departure, frame);
        if (!spectrum.IsSound)
            return new SquareRoot(double.NaN, double.NaN);
        var inflation = certainty is { } known ? spectrum.FiniteSizeInflation(known) : 1;
        if (double.IsFinite(inflation))
            spectrum.Apply(members, inflation, workers);
        return new SquareRoot(inflation, spectrum.DegreesOfFreedom(inflation));
    }

    /// <summary>The analysis of a filter that does nothing else.</summary>
    public static AnalysisStatus Update(Batch<double> members, Batch<double> predicted, double? certainty, Observation observation, UpdateContext context)
    {
        using var frame = Scratch.Enter();
        var departure = frame.Rent(1, predicted.Width)[0];
        Innovation.Whiten(predicted, observation, departure);
        var (inflation, degreesOfFreedom) = Apply(members, predicted, departure, certainty, context.Workers);
        if (!double.IsFinite(inflation))
            return AnalysisStatus.Diverged;
        context.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, degreesOfFreedom);
        if (certainty is not null)
            context.Observer.OnDiagnostic(observation, Diagnostic.Inflation, inflation);
        return AnalysisStatus.Sound;
    }
}
