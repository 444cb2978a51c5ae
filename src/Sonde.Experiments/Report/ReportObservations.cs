namespace Sonde.Experiments.Report;

/// <summary>The observations, each with its place and fate, for tables and maps.</summary>
public sealed record ReportObservations
{
    /// <summary>Counts over the whole run, by field, and fate.</summary>
    public IReadOnlyList<ReportFateCount> Counts { get; init; } = [];

    /// <summary>Names that <see cref="Field"/> points into: the field or instrument.</summary>
    public IReadOnlyList<string> FieldNames { get; init; } = [];

    /// <summary>Names that <see cref="Fate"/> points into, "used" first; see <see cref="ReportFateCount.Used"/>.</summary>
    public IReadOnlyList<string> FateNames { get; init; } = [];

    /// <summary>When each was made, ascending.</summary>
    public double[] Times { get; init; } = [];

    /// <summary>Where: x, or longitude; NaN where an observation has no place.</summary>
    public double[] X { get; init; } = [];

    /// <summary>Where: y, or latitude.</summary>
    public double[] Y { get; init; } = [];

    /// <summary>What was read.</summary>
    public double[] Values { get; init; } = [];

    /// <summary>Index into <see cref="FieldNames"/>.</summary>
    public byte[] Field { get; init; } = [];

    /// <summary>Index into <see cref="FateNames"/>.</summary>
    public byte[] Fate { get; init; } = [];

    /// <summary>Names that <see cref="Station"/> points into; empty where nobody named any.</summary>
    public IReadOnlyList<string> StationNames { get; init; } = [];

    /// <summary>Index into <see cref="StationNames"/>; NaN for none, and empty where nobody named any.</summary>
    public double[] Station { get; init; } = [];

    /// <summary>What each method did with them, where it judged for itself or nobody knows the truth.</summary>
    public IReadOnlyList<ReportDepartures> Departures { get; init; } = [];
}
