namespace Sonde.Experiments.Report;

/// <summary>What a method believes about a component: its mean and the central 90 % interval.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="Mean">At the component's times.</param>
/// <param name="Low">5 % quantile.</param>
/// <param name="High">95 % quantile.</param>
public sealed record ReportBand(string Method, double[] Mean, double[] Low, double[] High);
