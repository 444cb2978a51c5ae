namespace Sonde.Experiments.Report;

/// <summary>How many observations of a field met a fate.</summary>
/// <param name="Field">The field or instrument.</param>
/// <param name="Fate">For example "used", "duplicate", "withheld".</param>
/// <param name="Count">How many.</param>
/// <param name="Method">Where the fate is one method's doing; null where it holds for all.</param>
public sealed record ReportFateCount(string Field, string Fate, long Count, string? Method = null)
{
    /// <summary>The fate of an observation that counted.</summary>
    public const string Used = "used";

    /// <summary>The fate of a sound observation that was kept back to score with.</summary>
    public const string Withheld = "withheld";
}
