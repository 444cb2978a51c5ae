using Sonde.Experiments.Configuration;

namespace Sonde.Experiments.Running;

/// <summary>What a user asked to run, and how.</summary>
/// <param name="File">The YAML file.</param>
public sealed record RunRequest(string File)
{
    /// <summary>The results folder; null for <c>results/NAME</c> beside where the command was called.</summary>
    public string? Out { get; init; }

    /// <summary>Replaces the file's seed.</summary>
    public long? Seed { get; init; }

    /// <summary>How many threads may work; results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Continues a run that was stopped, from its last checkpoint.</summary>
    public bool Resume { get; init; }

    /// <summary>Overrides, each <c>key=value</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>What the file may name, for programs that bring systems and methods of their own.</summary>
    public Kinds Kinds { get; init; } = Catalog.Kinds;

    /// <summary>Hears how far the run is.</summary>
    public IRunProgress Progress { get; init; } = new SilentProgress();

    /// <summary>Stops the run between two windows, after a checkpoint.</summary>
    public CancellationToken Cancel { get; init; }
}
