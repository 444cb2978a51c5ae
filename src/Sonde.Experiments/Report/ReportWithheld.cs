namespace Sonde.Experiments.Report;

/// <summary>How well a method predicts observations that it did not use; the error of the observations is part of the prediction.</summary>
/// <param name="Field">Of which observations.</param>
/// <param name="Unit">"1" or empty where it has none.</param>
/// <param name="IsSmoothed">Predicted by smoothed states rather than by the analysis.</param>
/// <param name="Count">How many were compared.</param>
public sealed record ReportWithheld(string Field, string Unit, bool IsSmoothed, long Count)
{
    /// <summary>By name: rmse, bias (observation − prediction), spread, spreadErrorRatio, coverage90, crps.</summary>
    public IReadOnlyDictionary<string, ReportScore> Scores { get; init; } = new Dictionary<string, ReportScore>();
}
