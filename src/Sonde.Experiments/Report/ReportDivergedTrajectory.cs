namespace Sonde.Experiments.Report;

/// <summary>A trajectory on which a method diverged.</summary>
/// <param name="Trajectory">From 0.</param>
/// <param name="Cycle">Observation time at which that was seen.</param>
/// <param name="IsScored">True where its numbers count in averages.</param>
/// <param name="Reason">What was seen.</param>
public sealed record ReportDivergedTrajectory(int Trajectory, int Cycle, bool IsScored, string Reason);
