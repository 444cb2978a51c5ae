using Sonde.Experiments.Report;

namespace Sonde.Experiments.Running;

/// <summary>Every score of a method on each of many trajectories, for a report that shows how they are distributed.</summary>
internal static class ReportTrajectories
{
    /// <summary>Those scores that the method has on any trajectory; none where there is one trajectory.</summary>
    public static List<ReportTrajectoryScore> Of(MethodRun run, PreparedExperiment experiment)
    {
        var found = new List<ReportTrajectoryScore>();
        if (experiment.Trajectories == 1)
            return found;
        var scores = run.Scores;
        foreach (var name in TrajectoryTable.Scores.Union(run.Diagnostics))
            Add(name, k => scores.Of(name, k));
        Add("spreadErrorRatio", k => scores.Of("spread", k) / scores.Of("rmse", k));
        foreach (var parameter in experiment.Fields.Parameters)
            Add($"parameterRmse.{parameter}", k => scores.RootMeanSquare($"{parameter}.error", k));
        Add("seconds", k => run.Outcomes[k].HasFailed ? double.NaN : run.Outcomes[k].Seconds);
        return found;

        void Add(string name, Func<int, double> of)
        {
            double[] values = [.. Enumerable.Range(0, experiment.Trajectories).Select(of)];
            if (values.Any(double.IsFinite))
                found.Add(new ReportTrajectoryScore(name, values));
        }
    }
}
