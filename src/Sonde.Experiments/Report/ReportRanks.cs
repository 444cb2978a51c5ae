namespace Sonde.Experiments.Report;

/// <summary>
/// Where what was true, or observed, lies in what was believed: a rank among members, or the probability below it in equal parts.
/// Flat where it cannot be told from a draw.
/// </summary>
/// <param name="Label">What was ranked, for example "truth" or "withheld pressure".</param>
/// <param name="Counts">From the lowest rank; one more than there are members.</param>
public sealed record ReportRanks(string Label, IReadOnlyList<long> Counts)
{
    /// <summary>
    /// How many independent ranks these are worth, for the band of chance; neighbors in space and time are not independent.
    /// NaN where not known: then the band takes every rank as independent and says so.
    /// </summary>
    public double EffectiveCount { get; init; } = double.NaN;
}
