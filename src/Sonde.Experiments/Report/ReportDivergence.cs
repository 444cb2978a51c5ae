namespace Sonde.Experiments.Report;

/// <summary>A method lost the truth.</summary>
/// <param name="Cycle">The observation time counted from 0, at which it was noticed; below 0 where the method did not run at all.</param>
/// <param name="Time">That time; NaN where not known.</param>
/// <param name="Reason">A few words that end a sentence, such as "innovations 8 times larger than expected".</param>
public sealed record ReportDivergence(int Cycle, double Time, string Reason);
