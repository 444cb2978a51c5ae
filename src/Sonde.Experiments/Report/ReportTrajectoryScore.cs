namespace Sonde.Experiments.Report;

/// <summary>One score of a method on each of many trajectories. The page keeps 13 significant bits of each number.</summary>
/// <param name="Name">As in <see cref="ReportMethod.Scores"/>, or the name of a number that the method reports, such as iterations or cost.</param>
/// <param name="Values">One a trajectory; NaN where the method failed, or has no such number.</param>
public sealed record ReportTrajectoryScore(string Name, double[] Values);
