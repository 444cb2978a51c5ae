using System.Text.Json;
using Sonde.Assimilation;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>What a stopped run continues from.</summary>
/// <param name="Outcomes">Of the trajectories that are done.</param>
/// <param name="Seconds">Wall time so far.</param>
public sealed record SavedRun(IReadOnlyList<TrajectoryOutcome> Outcomes, double Seconds)
{
    /// <summary>Where the trajectory under way stands; null between two.</summary>
    public TrajectoryOutcome? Current { get; init; }

    /// <summary>Its window that comes next.</summary>
    public int Window { get; init; }

    /// <summary>The belief at that window's start.</summary>
    public IBelief? Belief { get; init; }
}

/// <summary>The checkpoint file of one method: the belief between two windows, and everything recorded so far.</summary>
/// <param name="path">The file.</param>
public sealed class MethodCheckpoint(string path)
{
    /// <summary>Replaces the file, whole or not at all.</summary>
    public void Save(SavedRun run, Recorder recorder, IReadOnlyList<StateHistory> histories, IReadOnlyList<BackgroundScreen> screens, ExternalSystem? external)
    {
        var file = new Checkpoint();
        var outcomes = run.Current is { } current ? [.. run.Outcomes, current] : run.Outcomes;
        var numbers = new Matrix<double>(outcomes.Count, 3);
        for (var k = 0; k < outcomes.Count; k++)
            (numbers[k, 0], numbers[k, 1], numbers[k, 2]) = ((int)outcomes[k].Status, outcomes[k].Used, outcomes[k].Seconds);
        file.Set("outcomes", numbers);
        file.Set("reasons", string.Join('\n', outcomes.Select(outcome => outcome.Reason?.ReplaceLineEndings(" "))));
        file.Set("seconds", run.Seconds);
        if (run.Belief is { } belief)
        {
            file.Set("window", (long)run.Window);
            SaveBelief(file, belief);
        }
        var (names, values) = recorder.Series.Save();
        file.Set("series", string.Join('\n', names));
        file.Set("seriesValues", values);
        recorder.Save(file);
        for (var k = 0; k < Math.Min(histories.Count, outcomes.Count); k++)
            histories[k].Save(file, $"history/{k}", outcomes[k].Used);
        for (var k = 0; k < Math.Min(screens.Count, outcomes.Count); k++)
            file.Set($"screen/{k}", screens[k].Save(outcomes[k].Used));
        if (external is not null)
            file.Set("failures", JsonSerializer.Serialize(external.Failures, SummaryJson.Default.IReadOnlyListExternalFailure));
        file.Write(path);
    }

    /// <summary>Puts back what was recorded; null where the run was never saved.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public SavedRun? Load(Recorder recorder, IReadOnlyList<StateHistory> histories, IReadOnlyList<BackgroundScreen> screens, ExternalSystem? external)
    {
        if (!File.Exists(path))
            return null;
        var file = Checkpoint.Read(path);
        var names = file.Text("series");
        recorder.Series.Restore(names.Length == 0 ? [] : names.Split('\n'), file.Matrix("seriesValues"));
        external?.Restore(JsonSerializer.Deserialize(file.Text("failures"), SummaryJson.Default.IReadOnlyListExternalFailure)!);
        var (numbers, reasons) = (file.Matrix("outcomes"), file.Text("reasons").Split('\n'));
        TrajectoryOutcome[] outcomes =
        [
            .. Enumerable.Range(0, numbers.Rows).Select(k =>
                new TrajectoryOutcome((AnalysisStatus)numbers[k, 0], reasons[k].Length == 0 ? null : reasons[k], (int)numbers[k, 1], numbers[k, 2])),
        ];
        for (var k = 0; k < Math.Min(screens.Count, outcomes.Length); k++)
            screens[k].Restore(file.Matrix($"screen/{k}"), outcomes[k].Used);
        recorder.Restore(file, outcomes.Length - 1);
        for (var k = 0; k < Math.Min(histories.Count, outcomes.Length); k++)
            histories[k].Restore(file, $"history/{k}");
        var belief = file.Contains("window") ? LoadBelief(file) : null;
        return belief is null
            ? new SavedRun(outcomes, file.Number("seconds"))
            : new SavedRun(outcomes[..^1], file.Number("seconds")) { Current = outcomes[^1], Window = (int)file.WholeNumber("window"), Belief = belief };
    }

    private static void SaveBelief(Checkpoint file, IBelief belief)
    {
        switch (belief)
        {
            case EnsembleBelief ensemble:
                file.Set("members", ensemble.Members);
                if (ensemble.Weights is { } weights)
                    file.Set("weights", weights);
                break;
            case GaussianBelief gaussian:
                file.Set("mean", gaussian.MeanState);
                if (gaussian.Covariance is { } covariance)
                {
                    file.Set("covariance", covariance);
                }
                else
                {
                    var variance = new double[gaussian.Width];
                    gaussian.Variance(variance);
                    file.Set("variance", variance);
                }
                break;
            default:
                throw new InvalidOperationException($"A belief of type {belief.GetType().Name} cannot be saved.");
        }
        foreach (var (name, value) in belief.Memory)
            file.Set($"memory/{name}", value);
    }

    private static IBelief LoadBelief(Checkpoint file)
    {
        var memory = file.Names.Where(name => name.StartsWith("memory/", StringComparison.Ordinal)).ToDictionary(name => name["memory/".Length..], file.Matrix);
        if (file.Contains("members"))
            return new EnsembleBelief(file.Matrix("members"), file.Contains("weights") ? [.. file.Matrix("weights").Values] : null, memory);
        double[] mean = [.. file.Matrix("mean").Values];
        return file.Contains("covariance")
            ? new GaussianBelief(mean, file.Matrix("covariance"), memory)
            : new GaussianBelief(mean, [.. file.Matrix("variance").Values], memory);
    }
}
