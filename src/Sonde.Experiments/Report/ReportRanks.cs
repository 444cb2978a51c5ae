namespace Sonde.Experiments.Report;

/// <summary>A rank histogram: flat where the truth cannot be told from a member.</summary>
/// <param name="Label">What was ranked, for example "all components" or a field's name.</param>
/// <param name="Counts">One more than there are members.</param>
public sealed record ReportRanks(string Label, IReadOnlyList<long> Counts)
{
    /// <summary>
    /// How many independent ranks these are worth, for the band of chance; neighbors in space and time are not independent.
    /// NaN where not known: then the band takes every rank as independent and says so.
    /// </summary>
    public double EffectiveCount { get; init; } = double.NaN;
}
