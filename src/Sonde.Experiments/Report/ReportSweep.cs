namespace Sonde.Experiments.Report;

/// <summary>Runs over a grid of settings.</summary>
/// <param name="Keys">Names of the swept keys, in the order of <see cref="ReportSweepRun.Values"/>.</param>
/// <param name="Runs">Each method of each run.</param>
public sealed record ReportSweep(IReadOnlyList<string> Keys, IReadOnlyList<ReportSweepRun> Runs);
