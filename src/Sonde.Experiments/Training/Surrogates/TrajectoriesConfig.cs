using Sonde.Experiments.Configuration;

namespace Sonde.Experiments.Training;

/// <summary>Trajectories that a surrogate learns from: from a file, as <c>sonde simulate</c> writes it, or simulated before the training.</summary>
/// <param name="File">.zarr or .nc with dimensions trajectory, time and those of the grid; relative to the training's file.</param>
/// <param name="Fields">Variables to learn; of a file all with a grid, of a system all fields, where absent.</param>
/// <param name="Parameters">What the trajectories depend on; of a file all variables of trajectory alone, or of trajectory and time, where absent.</param>
/// <param name="Every">Each so many of a file's times are kept.</param>
/// <param name="Periods">After which coordinates x and y of a file repeat; 0 where they do not.</param>
/// <param name="System">What is simulated, in place of a file.</param>
/// <param name="Time">Steps, length, and how often a state is kept; with a system.</param>
/// <param name="Trajectories">How many; with a system.</param>
/// <param name="Background">Where trajectories start; the system's usual prior where absent; with a system.</param>
/// <param name="Memory">GiB of a file's snapshots that are held in memory; more are read again whenever they are needed.</param>
public sealed record TrajectoriesConfig(
    string? File = null, IReadOnlyList<string>? Fields = null, IReadOnlyList<string>? Parameters = null, int Every = 1, IReadOnlyList<double>? Periods = null,
    ISystemSource? System = null, SimulationTime? Time = null, int Trajectories = 100, IBackgroundSource? Background = null, double Memory = 4)
{
    /// <summary>Each so many of a file's times are kept.</summary>
    public int Every { get; init; } = Require.AtLeast(1, Every, nameof(Every));

    /// <summary>GiB of snapshots held in memory.</summary>
    public double Memory { get; init; } = Memory >= 0 ? Memory : throw new ArgumentException("It must be 0 or more.", nameof(Memory));

    /// <summary>What is simulated, in place of a file.</summary>
    public ISystemSource? System { get; init; } = File is null == System is not null ? System
        : throw new ArgumentException("A surrogate learns from a file or from a system; expected one of the keys.", nameof(System));

    /// <summary>Steps, length, and how often a state is kept.</summary>
    public SimulationTime? Time { get; init; } = System is not null == Time is not null ? Time
        : throw new ArgumentException("The key 'time' stands beside 'system' and nowhere else.", nameof(Time));

    /// <summary>How many.</summary>
    public int Trajectories { get; init; } = Require.AtLeast(2, Trajectories, nameof(Trajectories));
}
