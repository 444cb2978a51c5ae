namespace Sonde.Experiments.Report;

/// <summary>How far observations were from what a method predicted for them, in the order of the observations; NaN where it predicted nothing.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="Forecast">y − H(xᵇ): before the observation was used.</param>
/// <param name="Analysis">y − H(xᵃ); of an observation that was withheld this is how well the method predicts it.</param>
public sealed record ReportDepartures(string Method, double[] Forecast, double[] Analysis);
