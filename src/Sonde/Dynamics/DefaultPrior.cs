namespace Sonde.Dynamics;

/// <summary>What is usually believed of a system's state before anything was observed: independent Gaussians.</summary>
/// <param name="Mean">[Width].</param>
/// <param name="StandardDeviation">[Width].</param>
public sealed record DefaultPrior(double[] Mean, double[] StandardDeviation);
