namespace Sonde.Experiments.Running;

/// <summary>What a run leaves behind.</summary>
/// <param name="Title">Name, system, cycles, seed: one line.</param>
/// <param name="Folder">The results folder.</param>
/// <param name="Summary">The scores; null for a sweep.</param>
/// <param name="Sweep">The scores of all points; null where there was no sweep.</param>
/// <param name="SummaryFile">The file that holds them.</param>
/// <param name="Report">The report; null where it could not be made.</param>
public sealed record RunOutcome(string Title, string Folder, Summary? Summary, SweepSummary? Sweep, string SummaryFile, string? Report)
{
    /// <summary>True where any method diverged, on one trajectory or more.</summary>
    public bool AnyDiverged => (Summary?.Methods ?? Sweep!.Runs.SelectMany(run => run.Methods)).Any(method => method.Diverged || method.DivergedTrajectories is { Count: > 0 });
}
