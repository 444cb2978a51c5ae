namespace Sonde.Observing.Quality;

/// <summary>What a background check decided.</summary>
/// <param name="Kept">The observation to use: the same object where values are rejected and none was.</param>
/// <param name="Fates">One a value of the observation that was judged, [m].</param>
/// <param name="Survivors">Which of its values are kept, in rising order; null where all are.</param>
public sealed record BackgroundOutcome(Observation Kept, IReadOnlyList<ObservationFate> Fates, int[]? Survivors);
