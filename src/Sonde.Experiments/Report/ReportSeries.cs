namespace Sonde.Experiments.Report;

/// <summary>
/// A number over time. A long series is thinned when the report is written: then each value is the mean of a run of
/// consecutive ones, and <see cref="Low"/> and <see cref="High"/> are their smallest and largest.
/// </summary>
/// <param name="Name">For example "error".</param>
/// <param name="Times">Ascending.</param>
/// <param name="Values">As many; NaN where there is none.</param>
public sealed record ReportSeries(string Name, double[] Times, double[] Values)
{
    /// <summary>The smallest of what each value stands for; null where it stands for itself.</summary>
    public double[]? Low { get; init; }

    /// <summary>The largest of what each value stands for; null where it stands for itself.</summary>
    public double[]? High { get; init; }
}
