namespace Sonde.Experiments.Report;

/// <summary>How far observations were from what a method predicted for them, in the order of the observations; NaN where it predicted nothing.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="Forecast">y − H(xᵇ): before the observation was used; empty where it was not kept.</param>
/// <param name="Analysis">y − H(xᵃ); of an observation that was withheld this is how well the method predicts it; empty where it was not kept.</param>
public sealed record ReportDepartures(string Method, double[] Forecast, double[] Analysis)
{
    /// <summary>What became of each in this method's background check; null where there was none.</summary>
    public byte[]? Fate { get; init; }
}
