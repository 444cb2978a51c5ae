using Sonde.Verification;

namespace Sonde.Experiments.Configuration;

/// <summary>An experiment file: a stable contract.</summary>
/// <param name="Name">Names the results folder.</param>
/// <param name="System">What carries states forward.</param>
/// <param name="Time">Steps and cycles.</param>
/// <param name="Observations">What is observed, where, when, with what error.</param>
/// <param name="Methods">What is compared, at least one.</param>
/// <param name="Background">What is believed before any observation.</param>
/// <param name="Seed">All randomness follows from it.</param>
/// <param name="Description">A sentence for the report.</param>
/// <param name="Truth">The system that makes the truth, where it is not the one the methods use: model error.</param>
/// <param name="Output">What is written besides scores.</param>
public sealed record ExperimentConfig(
    string Name,
    ISystemSource System,
    TimeConfig Time,
    ObservationsConfig Observations,
    IReadOnlyList<ConfigNode> Methods,
    IBackgroundSource? Background = null,
    long Seed = 0,
    string? Description = null,
    ISystemSource? Truth = null,
    OutputConfig? Output = null);

/// <summary>Steps and cycles.</summary>
/// <param name="Step">Integrator step, in the system's time unit, above 0.</param>
/// <param name="Cycles">Observation times, where the observations do not say it themselves.</param>
/// <param name="BurnIn">Cycles at the beginning left out of scores.</param>
/// <param name="SpinUp">Time units before t = 0, in which the truth finds the attractor.</param>
/// <param name="Trajectories">Independent truths of so many cycles each, 1 where absent; scores are averaged over them.</param>
/// <param name="Until">The last time, above 0, in place of <paramref name="Cycles"/>, in the system's time unit.</param>
/// <param name="Tail">Cycles at the end left out of scores: those for which a smoother or a network of windows lacks later observations.</param>
public sealed record TimeConfig(double Step, int? Cycles = null, int BurnIn = 0, double SpinUp = 0, int? Trajectories = null, double? Until = null, int Tail = 0)
{
    /// <summary>Integrator step.</summary>
    public double Step { get; init; } = Step > 0 ? Step : throw new ArgumentOutOfRangeException(nameof(Step), Step, "The step must be above 0.");

    /// <summary>Observation times.</summary>
    public int? Cycles { get; init; } = Cycles is null or >= 1 ? Cycles : throw new ArgumentOutOfRangeException(nameof(Cycles), Cycles, "There must be at least 1 cycle.");

    /// <summary>The last time.</summary>
    public double? Until { get; init; } = Until is null || (Until > 0 && Cycles is null) ? Until
        : throw new ArgumentOutOfRangeException(nameof(Until), Until, Cycles is null ? "The last time must be above 0." : $"The last time stands beside {Cycles} cycles; expected one of them.");

    /// <summary>How many observation times there are up to the last one.</summary>
    /// <param name="every">Time between observations.</param>
    /// <returns>None where neither they nor the last time are given.</returns>
    public int? CyclesOf(double every) => Until is { } last ? (int)Math.Min(int.MaxValue, Math.Floor(last / every + 1e-9)) : Cycles;

    /// <summary>The key that says how long an experiment is, as a sentence begins.</summary>
    internal string Length => Cycles is { } cycles ? $"cycles is {cycles}" : $"until is {Until}";

    /// <summary>Independent truths.</summary>
    public int? Trajectories { get; init; } = Trajectories is null or >= 1 ? Trajectories
        : throw new ArgumentOutOfRangeException(nameof(Trajectories), Trajectories, "There must be at least 1 trajectory.");

    /// <summary>Cycles at the end left out of scores.</summary>
    public int Tail { get; init; } = Tail >= 0 ? Tail : throw new ArgumentOutOfRangeException(nameof(Tail), Tail, "The tail must not be negative.");

    /// <summary>Which times count in scores.</summary>
    /// <param name="times">How many there are.</param>
    /// <exception cref="InputException">None is left.</exception>
    internal ScoredTimes Scored(int times)
    {
        if (BurnIn < times - Tail)
            return new(BurnIn, times - Tail);
        throw new InputException(Tail == 0
            ? $"time.burnIn is {BurnIn}, but there are only {times} observation times; expected fewer."
            : $"time.burnIn is {BurnIn} and time.tail {Tail}, but there are only {times} observation times; expected fewer.");
    }

    /// <summary>Cycles at the beginning left out of scores.</summary>
    public int BurnIn { get; init; } = BurnIn >= 0 ? BurnIn : throw new ArgumentOutOfRangeException(nameof(BurnIn), BurnIn, "The burn-in must not be negative.");

    /// <summary>Time units before t = 0.</summary>
    public double SpinUp { get; init; } = SpinUp >= 0 ? SpinUp : throw new ArgumentOutOfRangeException(nameof(SpinUp), SpinUp, "The spin-up must not be negative.");
}

/// <summary>What is written besides scores.</summary>
/// <param name="Analysis">Which part of the analysis: none, mean (and spread), members.</param>
/// <param name="Format">zarr (a folder) or netcdf.</param>
/// <param name="Every">Every how many observation times.</param>
/// <param name="CheckpointSeconds">Seconds between checkpoints; what a killed run loses at most.</param>
public sealed record OutputConfig(
    AnalysisOutput Analysis = AnalysisOutput.Mean, ArrayFormat Format = ArrayFormat.Zarr, int Every = 1, double CheckpointSeconds = 5)
{
    /// <summary>Seconds between checkpoints.</summary>
    public double CheckpointSeconds { get; init; } = CheckpointSeconds >= 0 ? CheckpointSeconds
        : throw new ArgumentOutOfRangeException(nameof(CheckpointSeconds), CheckpointSeconds, "The time between checkpoints must not be negative.");

    /// <summary>Every how many observation times.</summary>
    public int Every { get; init; } = Every >= 1 ? Every : throw new ArgumentOutOfRangeException(nameof(Every), Every, "It must be at least 1.");
}

/// <summary>Which part of the analysis is written.</summary>
public enum AnalysisOutput
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Mean and standard deviation.</summary>
    Mean,

    /// <summary>All members too.</summary>
    Members,
}

/// <summary>How arrays are written.</summary>
public enum ArrayFormat
{
    /// <summary>Zarr v3, a folder.</summary>
    Zarr,

    /// <summary>NetCDF-4, one file, through libnetcdf.</summary>
    Netcdf,
}
