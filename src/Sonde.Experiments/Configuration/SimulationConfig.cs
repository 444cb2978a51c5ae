namespace Sonde.Experiments.Configuration;

/// <summary>A file for <c>sonde simulate</c>: trajectories of a system.</summary>
/// <param name="Name">Names the results folder.</param>
/// <param name="System">What carries states forward.</param>
/// <param name="Time">Steps, length, and how often a state is kept.</param>
/// <param name="Trajectories">How many.</param>
/// <param name="Background">Where trajectories start, before their spin-up; the system's usual prior where absent.</param>
/// <param name="Seed">All randomness follows from it.</param>
/// <param name="Format">zarr (a folder) or netcdf.</param>
/// <param name="SinglePrecision">True for fields of 4 bytes a number, about 7 digits.</param>
public sealed record SimulationConfig(
    string Name,
    ISystemSource System,
    SimulationTime Time,
    int Trajectories = 1,
    IBackgroundSource? Background = null,
    long Seed = 0,
    ArrayFormat Format = ArrayFormat.Zarr,
    bool SinglePrecision = false)
{
    /// <summary>How many trajectories.</summary>
    public int Trajectories { get; init; } = Trajectories >= 1 ? Trajectories : throw new ArgumentOutOfRangeException(nameof(Trajectories), Trajectories, "There must be at least 1 trajectory.");
}

/// <summary>Steps, length, and how often a state is kept.</summary>
/// <param name="Step">Integrator step, above 0.</param>
/// <param name="Until">End of each trajectory, in the system's unit; it begins at 0.</param>
/// <param name="Every">Time between kept states; every step where absent.</param>
/// <param name="SpinUp">Time units before t = 0.</param>
public sealed record SimulationTime(double Step, double Until, double? Every = null, double SpinUp = 0)
{
    /// <summary>Integrator step.</summary>
    public double Step { get; init; } = Step > 0 ? Step : throw new ArgumentOutOfRangeException(nameof(Step), Step, "The step must be above 0.");

    /// <summary>End of each trajectory.</summary>
    public double Until { get; init; } = Until >= Step && Until / Step <= int.MaxValue ? Until
        : throw new ArgumentOutOfRangeException(nameof(Until), Until, $"The end must lie at least one step of {Step} and at most {int.MaxValue} steps after 0.");

    /// <summary>Time between kept states.</summary>
    public double? Every { get; init; } = Every is null || Every >= Step * (1 - 1e-9) ? Every
        : throw new ArgumentOutOfRangeException(nameof(Every), Every, $"States cannot be kept more often than every step of {Step}.");

    /// <summary>Time units before t = 0.</summary>
    public double SpinUp { get; init; } = SpinUp >= 0 ? SpinUp : throw new ArgumentOutOfRangeException(nameof(SpinUp), SpinUp, "The spin-up must not be negative.");
}
