using System.Text.Json;
using Sonde.Assimilation;
using Sonde.Experiments.Files;

namespace Sonde.Experiments.Running;

/// <summary>What a stopped run continues from.</summary>
/// <param name="Window">The window that comes next.</param>
/// <param name="Belief">The belief at its start.</param>
/// <param name="Seconds">Wall time so far.</param>
/// <param name="Status">The outcome of the last window.</param>
/// <param name="Reason">What went wrong in it; null where nothing did.</param>
public sealed record SavedRun(int Window, IBelief Belief, double Seconds, AnalysisStatus Status, string? Reason);

/// <summary>The checkpoint file of one method: the belief between two windows, and everything recorded so far.</summary>
/// <param name="path">The file.</param>
public sealed class MethodCheckpoint(string path)
{
    /// <summary>Replaces the file, whole or not at all.</summary>
    public void Save(Cycle cycle, Recorder recorder, StateHistory? history, BackgroundScreen? screen, ExternalSystem? external, double seconds, AnalysisStatus status, string? reason)
    {
        var file = new Checkpoint();
        file.Set("window", (long)cycle.Window);
        file.Set("seconds", seconds);
        file.Set("status", (long)status);
        file.Set("reason", reason ?? "");
        SaveBelief(file, cycle.Belief);
        var (names, values) = recorder.Series.Save();
        file.Set("series", string.Join('\n', names));
        file.Set("seriesValues", values);
        recorder.Save(file);
        history?.Save(file, cycle.Used);
        file.Set("judged", (long)cycle.Used);
        if (screen is not null)
            file.Set("screen", screen.Save(cycle.Used));
        if (external is not null)
            file.Set("failures", JsonSerializer.Serialize(external.Failures, SummaryJson.Default.IReadOnlyListExternalFailure));
        file.Write(path);
    }

    /// <summary>Puts back what was recorded; null where the run was never saved.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public SavedRun? Load(Recorder recorder, StateHistory? history, BackgroundScreen? screen, ExternalSystem? external)
    {
        if (!File.Exists(path))
            return null;
        var file = Checkpoint.Read(path);
        var names = file.Text("series");
        recorder.Series.Restore(names.Length == 0 ? [] : names.Split('\n'), file.Matrix("seriesValues"));
        external?.Restore(JsonSerializer.Deserialize(file.Text("failures"), SummaryJson.Default.IReadOnlyListExternalFailure)!);
        screen?.Restore(file.Matrix("screen"), (int)file.WholeNumber("judged"));
        recorder.Restore(file);
        history?.Restore(file);
        var reason = file.Text("reason");
        return new SavedRun(
            (int)file.WholeNumber("window"), LoadBelief(file), file.Number("seconds"), (AnalysisStatus)file.WholeNumber("status"), reason.Length == 0 ? null : reason);
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
