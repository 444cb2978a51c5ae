namespace Sonde.Experiments.Report;

/// <summary>How far observations were from a method's forecast, in the order of the observations.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="Values">y − H(xᵇ); NaN where there was no forecast.</param>
public sealed record ReportDepartures(string Method, double[] Values)
{
    /// <summary>What this method did with each, where that differs from their fate on entry; null where it does not.</summary>
    public byte[]? Fate { get; init; }
}
