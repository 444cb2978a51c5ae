namespace Sonde.Experiments.Report;

/// <summary>Forecast variances in bins of equal count, and the errors that came with them: on the diagonal where calibrated.</summary>
/// <param name="Spread">Root mean variance of each bin, ascending.</param>
/// <param name="Error">Root mean square error of each bin.</param>
/// <param name="Counts">Pairs in each bin.</param>
public sealed record ReportSpreadSkill(double[] Spread, double[] Error, IReadOnlyList<long> Counts)
{
    /// <summary>Edges of bins of equal width, in which spreads are counted; empty where that is not known.</summary>
    public double[] Edges { get; init; } = [];

    /// <summary>Pairs in each of these bins, one fewer than edges.</summary>
    public IReadOnlyList<long> Frequencies { get; init; } = [];
}
