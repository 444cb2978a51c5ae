namespace Sonde.Experiments.Report;

/// <summary>A score and how well a run of this length knows it.</summary>
/// <param name="Value">NaN where the method has no such score.</param>
/// <param name="StandardError">Monte Carlo standard error; NaN where not known.</param>
public readonly record struct ReportScore(double Value, double StandardError = double.NaN);
