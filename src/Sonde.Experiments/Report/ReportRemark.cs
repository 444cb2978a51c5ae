namespace Sonde.Experiments.Report;

/// <summary>A sentence of the summary.</summary>
/// <param name="Kind">How the page marks it.</param>
/// <param name="Text">The sentence.</param>
public sealed record ReportRemark(ReportRemarkKind Kind, string Text);
