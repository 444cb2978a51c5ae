using Sonde.Dynamics;
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
    /// <exception cref="ArgumentException">There is no such program.</exception>
    /// <exception cref="InputException">Neither fields nor a state file describe a state, or the state file does not fit.</exception>
    public ExternalSystem BuildSystem(string folder)
    {
        var layout = State is not null ? ExternalLayout.Of(Path.Combine(folder, State), Fields, Parameters ?? [], Space)
            : Fields is { Count: > 0 } ? ExternalLayout.Of(Fields, Parameters ?? [], Space)
            : throw new InputException("A command needs to know what a state holds; expected the key 'fields', or 'state' with a file of one state.");
        if (!Shell)
            Command.RequireProgram(folder, nameof(Command));
        return new ExternalSystem(this, layout, folder);
    }
}
