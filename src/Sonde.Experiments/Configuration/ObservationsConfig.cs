using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Experiments.Files;
using Sonde.Observing.Errors;
using Sonde.Observing.Networks;
using Sonde.Observing.Operators;
using Sonde.Observing.Quality;

namespace Sonde.Experiments.Configuration;

/// <summary>What is observed, where, when, with what error: laid out for a twin experiment, or read from a file.</summary>
/// <param name="Every">Time between observations, in the system's unit; not beside <paramref name="Times"/>.</param>
/// <param name="Times">Explicit or random observation times.</param>
/// <param name="Locations">Where; every component where absent.</param>
/// <param name="Fields">Names of the fields observed; all where absent.</param>
/// <param name="Operator">What the instruments show.</param>
/// <param name="Noise">Observation errors.</param>
/// <param name="File">A CSV file of observations, in place of all of the above.</param>
/// <param name="Columns">Which of the file's columns is what.</param>
/// <param name="QualityControl">What is done to the file's readings on entry.</param>
public sealed record ObservationsConfig(
    double? Every = null,
    ITimesSource? Times = null,
    ILocationsSource? Locations = null,
    IReadOnlyList<string>? Fields = null,
    InstrumentSettings? Operator = null,
    ErrorModel? Noise = null,
    string? File = null,
    CsvLayout? Columns = null,
    QualityControl? QualityControl = null)
{
    /// <summary>Time between observations.</summary>
    public double? Every { get; init; } = Every is null or > 0 ? Every : throw new ArgumentOutOfRangeException(nameof(Every), Every, "The time between observations must be above 0.");

    /// <summary>When observations are made.</summary>
    /// <exception cref="InputException">Neither or both of every and times are given, or no number of cycles.</exception>
    public GridTime[] TimesOn(TimeGrid grid, TimeConfig time, string folder, RandomSource random)
    {
        if (Every is null == Times is null)
            throw new InputException($"observations has {(Every is null ? "neither" : "both")} 'every' {(Every is null ? "nor" : "and")} 'times'; expected one of them.");
        if (Times is not null)
            return Times.On(grid, time, folder, random);
        try
        {
            return time.CyclesOf(Every!.Value) switch
            {
                null => throw new InputException("time has no key 'cycles'; expected the number of observation times, or the last one in the key 'until'."),
                0 => throw new InputException($"time.until is {time.Until}, but observations.every is {Every}; expected a later time."),
                { } cycles => ObservationTimes.Every(grid, Every.Value, cycles),
            };
        }
        catch (OverflowException)
        {
            throw new InputException($"time.{time.Length}: observations every {Every} need more than {int.MaxValue} steps of {time.Step}.");
        }
    }

    /// <summary>What is observed.</summary>
    /// <param name="folder">Where relative file names begin.</param>
    public NetworkPart Part(string folder) => new(
        Locations?.Build(folder) ?? new AllLocations(), Fields, Operator is null ? null : Instruments.Create(Operator), Noise);
}

/// <summary>Makes locations from a configuration.</summary>
public interface ILocationsSource
{
    /// <summary>The locations.</summary>
    /// <param name="folder">Where relative file names begin.</param>
    ILocations Build(string folder);
}

/// <summary>Locations that need nothing but their own record.</summary>
/// <param name="Locations">The locations.</param>
public sealed record PlainLocations(ILocations Locations) : ILocationsSource
{
    /// <inheritdoc/>
    public ILocations Build(string folder) => Locations;
}

/// <summary>One of several layouts for each trajectory.</summary>
/// <param name="Either">The layouts.</param>
public sealed record EitherSource(IReadOnlyList<ILocationsSource> Either) : ILocationsSource
{
    /// <inheritdoc/>
    public ILocations Build(string folder) => new EitherLocations([.. Either.Select(layout => layout.Build(folder))]);
}

/// <summary>Makes observation times from a configuration.</summary>
public interface ITimesSource
{
    /// <summary>Observation times in rising order, all after the grid's start.</summary>
    GridTime[] On(TimeGrid grid, TimeConfig time, string folder, RandomSource random);
}

/// <summary>A list of times.</summary>
/// <param name="Listed">In the system's unit, rising.</param>
public sealed record ListedTimes(IReadOnlyList<double> Listed) : ITimesSource
{
    /// <inheritdoc/>
    public GridTime[] On(TimeGrid grid, TimeConfig time, string folder, RandomSource random)
    {
        try
        {
            return ObservationTimes.Listed(grid, Listed);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"observations.times: {InputException.Sentence(e)}", e);
        }
    }
}

/// <summary>Random times, all different.</summary>
/// <param name="Random">How many.</param>
/// <param name="Until">The end of the stretch they are drawn from, in the system's unit.</param>
/// <param name="OnSteps">True for steps of the grid; false for any times.</param>
public sealed record RandomTimes(int Random, double Until, bool OnSteps = false) : ITimesSource
{
    /// <inheritdoc/>
    public GridTime[] On(TimeGrid grid, TimeConfig time, string folder, RandomSource random)
    {
        var steps = Math.Round((Until - grid.Start) / grid.StepLength);
        if (!(steps >= 1) || steps > int.MaxValue)
            throw new InputException($"observations.times.until is {Until}; expected a time at least one step of {grid.StepLength} and at most {int.MaxValue} steps after {grid.Start}.");
        try
        {
            return ObservationTimes.Random(grid, Random, (int)steps, OnSteps, random);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"observations.times: {InputException.Sentence(e)}", e);
        }
    }
}
