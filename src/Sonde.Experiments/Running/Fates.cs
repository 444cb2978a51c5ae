using Sonde.Observing.Quality;

namespace Sonde.Experiments.Running;

/// <summary>Fates of observations in words, as results and reports name them.</summary>
internal static class Fates
{
    public static string Name(ObservationFate fate) => fate switch
    {
        ObservationFate.Used => "used",
        ObservationFate.UnknownField => "of an unknown field",
        ObservationFate.NotFinite => "not finite",
        ObservationFate.NonPositiveError => "without a positive error",
        ObservationFate.OutsideWindow => "outside the window",
        ObservationFate.OutsideDomain => "outside the domain",
        ObservationFate.GrossError => "beyond gross limits",
        ObservationFate.Duplicate => "duplicate",
        ObservationFate.Conflict => "contradicting another of the same place and time",
        ObservationFate.BuddyCheck => "failed the buddy check",
        ObservationFate.Withheld => "withheld",
        ObservationFate.PredictionNotFinite => "prediction not finite",
        ObservationFate.BackgroundCheck => "failed the background check",
        ObservationFate.Moderated => "used with a larger error",
        _ => throw new InvalidOperationException($"No fate {fate}."),
    };

    /// <summary>Counts by quantity and name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Counts(FateCounts counts) =>
        counts.Quantities.ToDictionary(
            quantity => quantity,
            IReadOnlyDictionary<string, int> (quantity) => counts.Of(quantity).ToDictionary(pair => Name(pair.Fate), pair => pair.Count));
}
