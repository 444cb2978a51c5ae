using Sonde.Experiments.Running;

namespace Sonde.Tests.Training;

/// <summary>Stops a training after so many steps.</summary>
internal sealed class StopAfter(int steps) : IRunProgress, IDisposable
{
    private readonly CancellationTokenSource source = new();
    private int seen;

    public CancellationToken Token => source.Token;

    public void Dispose() => source.Dispose();

    public void Begin(string label, long total)
    {
    }

    public void Advance(string label, long done, string? detail = null)
    {
        if (++seen >= steps)
            source.Cancel();
    }

    public void End(string label, string outcome)
    {
    }

    public void Note(string line)
    {
    }
}
