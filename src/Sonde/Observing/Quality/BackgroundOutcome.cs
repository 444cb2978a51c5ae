using Sonde.Observing.Errors;

namespace Sonde.Observing.Quality;

/// <summary>What a background check decided.</summary>
/// <param name="Kept">The observation to use: the same object where nothing was rejected or moderated.</param>
/// <param name="Fates">One a value of the observation that was judged, [m].</param>
/// <param name="Factors">On the error of each of them, [m]; 1 where it is used as stated.</param>
/// <param name="Survivors">Which of its values are kept, in rising order; null where all are.</param>
public sealed record BackgroundOutcome(Observation Kept, IReadOnlyList<ObservationFate> Fates, IReadOnlyList<double> Factors, int[]? Survivors)
{
    /// <summary>What follows from the fates of an observation's values.</summary>
    /// <param name="observation">Judged.</param>
    /// <param name="fates">One a value, [m].</param>
    /// <param name="factors">One a value, [m].</param>
    public static BackgroundOutcome Of(Observation observation, IReadOnlyList<ObservationFate> fates, IReadOnlyList<double> factors)
    {
        ArgumentNullException.ThrowIfNull(observation);
        int[] survivors = [.. Enumerable.Range(0, observation.Count).Where(i => fates[i] is ObservationFate.Used or ObservationFate.Moderated)];
        var kept = survivors.Length == observation.Count ? observation : observation.Select(survivors);
        if (survivors.Any(i => factors[i] != 1))
            kept = kept.WithError(new ScaledError(kept.Error, [.. survivors.Select(i => factors[i])]));
        return new BackgroundOutcome(kept, fates, factors, survivors.Length == observation.Count ? null : survivors);
    }
}
