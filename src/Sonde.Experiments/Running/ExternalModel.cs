using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Configuration;

namespace Sonde.Experiments.Running;

/// <summary>
/// The user's own model as a system: for each member and each forecast Sonde writes the state to a file in a folder of the
/// member's own, runs a command there, and reads the new state back.
/// </summary>
/// <param name="Command">The program and its arguments, in which {input}, {output}, {start}, {end} and the other placeholders of <see cref="ExternalCommand"/> stand for values.</param>
/// <param name="Fields">What a state holds. With <paramref name="State"/> a choice among its variables; all of them where absent.</param>
/// <param name="State">A file of one state (.nc or .zarr): names, sizes, coordinates and units are taken from it; its missing values are no part of the state.</param>
/// <param name="Parameters">Names of uncertain parameters, single numbers at the end of a state.</param>
/// <param name="Space">How distances are measured; by the number of axes where absent.</param>
/// <param name="Files">How states are handed over: csv (variable, index, value), netcdf or zarr.</param>
/// <param name="TimeLimit">Seconds after which the command, with all its children, is ended.</param>
/// <param name="Parallel">Commands at the same time.</param>
/// <param name="OnFailure">What follows when a command fails: stop the run, or resample the member from the others.</param>
/// <param name="MostFailures">Share of members that may fail in one forecast before the run stops all the same.</param>
/// <param name="Shell">Whether the command is one line for the system's shell.</param>
/// <param name="Folder">Where members' folders are made, relative to the experiment's file; the system's temporary folder where absent.</param>
/// <param name="Keep">Whether a member's folder stays after it succeeded, until the member runs again; those of the first failed ones always stay.</param>
public sealed record ExternalModel(
    ExternalCommand Command,
    IReadOnlyList<ExternalField>? Fields = null,
    string? State = null,
    IReadOnlyList<string>? Parameters = null,
    ExternalSpace? Space = null,
    ExternalFiles Files = ExternalFiles.Csv,
    double TimeLimit = 3600,
    int Parallel = 1,
    FailurePolicy OnFailure = FailurePolicy.Stop,
    double MostFailures = 0.5,
    bool Shell = false,
    string? Folder = null,
    bool Keep = false) : ISystemSource
{
    /// <inheritdoc cref="ExternalModel" path="/param[@name='TimeLimit']"/>
    public double TimeLimit { get; init; } = TimeLimit > 0 && TimeLimit <= 1e6
        ? TimeLimit
        : throw new ArgumentOutOfRangeException(nameof(TimeLimit), $"The time limit is above 0 and at most 1000000 seconds, not {TimeLimit}.");

    /// <inheritdoc cref="ExternalModel" path="/param[@name='Parallel']"/>
    public int Parallel { get; init; } = Parallel is >= 1 and <= 1024
        ? Parallel
        : throw new ArgumentOutOfRangeException(nameof(Parallel), $"From 1 to 1024 commands run at the same time, not {Parallel}.");

    /// <inheritdoc cref="ExternalModel" path="/param[@name='MostFailures']"/>
    public double MostFailures { get; init; } = MostFailures is >= 0 and < 1
        ? MostFailures
        : throw new ArgumentOutOfRangeException(nameof(MostFailures), $"The share of members that may fail is at least 0 and below 1, not {MostFailures}.");

    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder, bool asTruth = false) => BuildSystem(folder);

    /// <summary>The system.</summary>
    /// <param name="folder">Where relative file names begin.</param>
    /// <exception cref="InputException">Neither fields nor a state file describe a state, or the state file does not fit.</exception>
    public ExternalSystem BuildSystem(string folder)
    {
        var layout = State is not null ? ExternalLayout.Of(Path.Combine(folder, State), Fields, Parameters ?? [], Space)
            : Fields is { Count: > 0 } ? ExternalLayout.Of(Fields, Parameters ?? [], Space)
            : throw new InputException("A command needs to know what a state holds; expected the key 'fields', or 'state' with a file of one state.");
        return new ExternalSystem(this, layout, folder);
    }
}

/// <summary>One field of an external model's state.</summary>
/// <param name="Name">As in the files.</param>
/// <param name="Unit">For reports.</param>
/// <param name="Size">Number of values, where they have no place.</param>
/// <param name="X">Points along x, the fastest dimension; longitude on a sphere.</param>
/// <param name="Y">Points along y; latitude on a sphere.</param>
public sealed record ExternalField(string Name, string? Unit = null, int? Size = null, ExternalAxis? X = null, ExternalAxis? Y = null)
{
    /// <inheritdoc cref="ExternalField" path="/param[@name='Size']"/>
    public int? Size { get; init; } = Size is null or >= 1
        ? Size
        : throw new ArgumentOutOfRangeException(nameof(Size), $"A field has at least 1 value, not {Size}.");

    /// <summary>The grid; null where the field says nothing about it.</summary>
    internal IGrid? Grid => (Size, X, Y) switch
    {
        (null, null, null) => null,
        (1, null, null) => new SinglePoint(),
        ({ } size, null, null) => new RegularGrid(new GridAxis(0, 1, size)),
        (null, { } x, _) => new RegularGrid(x.Axis, Y?.Axis),
        _ => throw new InputException($"Field '{Name}' has {(Size is null ? "an axis y without x" : "both a size and an axis")}; expected a size, x, or x and y."),
    };
}

/// <summary>Equally spaced points.</summary>
/// <param name="Count">How many.</param>
/// <param name="Start">The first.</param>
/// <param name="Step">From one to the next.</param>
/// <param name="Period">After which coordinates repeat; 0 where they do not.</param>
public sealed record ExternalAxis(int Count, double Start = 0, double Step = 1, double Period = 0)
{
    /// <inheritdoc cref="ExternalAxis" path="/param[@name='Count']"/>
    public int Count { get; init; } = new GridAxis(Start, Step, Count, Period).Count;       // which refuses what is no axis

    /// <summary>Points as a grid knows them.</summary>
    internal GridAxis Axis => new(Start, Step, Count, Period);
}

/// <summary>How distances between points of a state are measured.</summary>
public enum ExternalSpace
{
    /// <summary>Not at all: every distance is 0.</summary>
    None,

    /// <summary>Along a line, or a ring where the axis has a period.</summary>
    Line,

    /// <summary>In a plane, a cylinder or a torus.</summary>
    Plane,

    /// <summary>On the Earth, in km, between longitudes and latitudes in degrees.</summary>
    Sphere,
}

/// <summary>How states are handed to a command and back.</summary>
public enum ExternalFiles
{
    /// <summary>Text: a line for each number, with its variable and its index.</summary>
    Csv,

    /// <summary>NetCDF-4.</summary>
    Netcdf,

    /// <summary>Zarr 3.</summary>
    Zarr,
}

/// <summary>What follows when a member cannot be carried forward.</summary>
public enum FailurePolicy
{
    /// <summary>The run stops and says why.</summary>
    Stop,

    /// <summary>The member becomes a copy of a random one that succeeded.</summary>
    Resample,
}
