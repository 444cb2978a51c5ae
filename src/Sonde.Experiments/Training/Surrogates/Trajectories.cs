using System.Numerics;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Running;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>Trajectories that follow from parameters.</summary>
/// <param name="Domain">The fields.</param>
/// <param name="Interval">Time from one snapshot to the next.</param>
/// <param name="Names">The parameters.</param>
/// <param name="Parameters">A row a trajectory.</param>
/// <param name="Snapshots">Fields in the order of the domain.</param>
internal sealed record Trajectories<T>(Domain Domain, double Interval, IReadOnlyList<string> Names, Matrix<double> Parameters, ISnapshots<T> Snapshots)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many there are.</summary>
    public int Count => Parameters.Rows;

    /// <summary>Snapshots of each.</summary>
    public int Times => Snapshots.Times;

    /// <summary>Reads them, or makes them.</summary>
    /// <exception cref="InputException">They are not there, or of no use to a surrogate.</exception>
    public static Trajectories<T> Of(TrajectoriesConfig config, string folder, RandomSource random)
    {
        var trajectories = config.File is { } file ? TrajectoryReader.Read<T>(config, Path.Combine(folder, file)) : Simulate(config, folder, random);
        if (trajectories.Names.Count == 0)
            throw new InputException("data: the trajectories have 0 parameters; expected 1 or more, from which they follow.");
        if (trajectories.Count < 2 || trajectories.Times < 2)
            throw new InputException($"data: there are {trajectories.Count} trajectories of {trajectories.Times} times; expected 2 or more of each.");
        return trajectories;
    }

    private static Trajectories<T> Simulate(TrajectoriesConfig config, string folder, RandomSource random)
    {
        var system = Preparation.Build(config.System!, folder, asTruth: false, "data.system");
        var simulation = new SimulationConfig("", config.System!, config.Time!, config.Trajectories, config.Background);
        var (times, grid) = (SimulationRunner.Times(simulation), new TimeGrid(0, config.Time!.Step));
        var domain = system.Domain;
        var fields = Chosen(config.Fields, [.. domain.Fields.Select(field => field.Name)], "data.fields");
        var parameters = Chosen(config.Parameters, domain.Parameters, "data.parameters");
        var kept = new Domain(domain.Space, [.. fields.Select(field => domain.Fields[field])]);
        var (values, snapshots) = (new Matrix<double>(config.Trajectories, parameters.Length), new Matrix<T>(checked(config.Trajectories * times.Length), kept.FieldWidth));
        for (var i = 0; i < config.Trajectories; i++)
        {
            var states = SimulationRunner.Trajectory(simulation, system, grid, times, i, random.Fork("trajectory").Fork(i));
            for (var p = 0; p < parameters.Length; p++)
                values[i, p] = states[0, domain.FieldWidth + parameters[p]];
            for (var k = 0; k < times.Length; k++)
                for (var f = 0; f < fields.Length; f++)
                    Convert(states[k].Slice(domain.OffsetOf(fields[f]), domain.Fields[fields[f]].Grid.Count), snapshots[i * times.Length + k][kept.OffsetOf(f)..]);
        }
        return new(kept, config.Time.Every ?? config.Time.Step, [.. parameters.Select(p => domain.Parameters[p])], values, new HeldSnapshots<T>(snapshots, times.Length));
    }

    /// <summary>Numbers in another precision.</summary>
    internal static void Convert(ReadOnlySpan<double> from, Span<T> to)
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = T.CreateChecked(from[i]);
    }

    private static int[] Chosen(IReadOnlyList<string>? names, IReadOnlyList<string> known, string key)
    {
        if (names is null)
            return [.. Enumerable.Range(0, known.Count)];
        return [.. names.Select(name => known.ToList().IndexOf(name) is >= 0 and var at ? at
            : throw new InputException($"{key}: the system has no '{name}'{Suggestion.For(name, [.. known])}"))];
    }
}
