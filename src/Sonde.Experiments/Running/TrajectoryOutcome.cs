using Sonde.Assimilation;

namespace Sonde.Experiments.Running;

/// <summary>What became of one method on one trajectory.</summary>
/// <param name="Status">Of the last window.</param>
/// <param name="Reason">What went wrong; null where nothing did.</param>
/// <param name="Used">How many observation times were used.</param>
/// <param name="Seconds">Wall time, over all sessions of a resumed run.</param>
public sealed record TrajectoryOutcome(AnalysisStatus Status, string? Reason, int Used, double Seconds)
{
    /// <summary>True where numbers failed: there is nothing to average.</summary>
    public bool HasFailed => Status == AnalysisStatus.Diverged;
}
