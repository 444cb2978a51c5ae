namespace Sonde.Experiments.Report;

/// <summary>Central intervals of stated probability, and how often they held the truth, or withheld observations.</summary>
/// <param name="Nominal">Stated probabilities in (0, 1), ascending.</param>
/// <param name="Observed">Shares that were inside.</param>
public sealed record ReportReliability(double[] Nominal, double[] Observed)
{
    /// <summary>Monte Carlo standard errors of <see cref="Observed"/>; null where not known.</summary>
    public double[]? StandardError { get; init; }
}
