using Sonde.Assimilation;

namespace Sonde.Experiments.Running;

/// <summary>What a stopped run continues from.</summary>
/// <param name="Window">The window that comes next.</param>
/// <param name="Belief">The belief at its start.</param>
/// <param name="Seconds">Wall time so far.</param>
public sealed record SavedRun(int Window, IBelief Belief, double Seconds);

/// <summary>The checkpoint file of one method.</summary>
public sealed class MethodCheckpoint(string path)
{
    /// <summary>Saves.</summary>
    public void Save(Cycle cycle, Recorder recorder, StateHistory history, double seconds) => _ = path;

    /// <summary>Loads.</summary>
    public SavedRun? Load(Recorder recorder, StateHistory history) => path.Length < 0 ? throw new InvalidOperationException() : null;
}
