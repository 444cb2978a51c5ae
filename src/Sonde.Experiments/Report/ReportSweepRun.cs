namespace Sonde.Experiments.Report;

/// <summary>What a method scored in one run of a sweep.</summary>
/// <param name="Values">Of the swept keys, as written.</param>
/// <param name="Method">Name of the method.</param>
/// <param name="Scores">As in <see cref="ReportMethod.Scores"/>.</param>
/// <param name="Diverged">It lost the truth.</param>
public sealed record ReportSweepRun(
    IReadOnlyList<string> Values, string Method, IReadOnlyDictionary<string, ReportScore> Scores, bool Diverged = false);
