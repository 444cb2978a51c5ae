using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>Writes trajectories of a system: one variable a field, dimensions trajectory, time and the field's grid. Resumable by trajectory.</summary>
public static class SimulationRunner
{
    /// <summary>Runs, or continues where it was stopped; returns the file.</summary>
    /// <exception cref="InputException">The file or the request does not fit, or a trajectory does not stay finite.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; it can be resumed.</exception>
    public static string Run(RunRequest request)
    {
        var root = Overrides.Read(request.File, request.Seed, request.Set);
        var config = new Binder(Catalog.Kinds).Bind<SimulationConfig>(root);
        var system = Preparation.Build(config.System, Path.GetDirectoryName(Path.GetFullPath(request.File))!, asTruth: false, "system");
        var times = Times(config);
        var folder = request.Out ?? ResultsFolder.Usual(config.Name);
        var zarr = Path.Combine(folder, "trajectories.zarr");
        var done = request.Resume && Directory.Exists(zarr) ? Count(zarr) : 0;
        AtomicFile.WriteText(Path.Combine(folder, "simulation.yaml"), YamlFile.Write(root));
        Write(config, system, times, zarr, done, request);
        if (config.Format == ArrayFormat.Zarr)
            return zarr;
        var netcdf = Path.Combine(folder, "trajectories.nc");
        DataFiles.Copy(zarr, netcdf);
        Directory.Delete(zarr, recursive: true);
        return netcdf;
    }

    internal static GridTime[] Times(SimulationConfig config)
    {
        var grid = new TimeGrid(0, config.Time.Step);
        var every = config.Time.Every ?? config.Time.Step;
        var count = (long)Math.Floor(config.Time.Until / every * (1 + 1e-12)) + 1;
        if (count > int.MaxValue)
            throw new InputException($"time.every is {every}: {count} states up to {config.Time.Until} are more than {int.MaxValue}.");
        return [.. Enumerable.Range(0, (int)count).Select(k => grid.Locate(k * every))];
    }

    private static int Count(string path)
    {
        using var reader = DataFiles.Open(path);
        return checked((int)reader.Schema.Dimension("trajectory").Length);
    }

    private static void Write(SimulationConfig config, IDynamicalSystem system, GridTime[] times, string path, int done, RunRequest request)
    {
        var random = new RandomSource(config.Seed);
        var parts = FieldLayout.Of(system.Domain);
        using var writer = done > 0
            ? DataFiles.Append(path, "trajectory", done)
            : DataFiles.Create(path, Schema(system.Domain, parts, times.Length, config));
        var grid = new TimeGrid(0, config.Time.Step);
        if (done == 0)
        {
            writer.WriteAll<double>("time", [.. times.Select(grid.TimeOf)]);
            foreach (var coordinate in FieldLayout.Coordinates(system.Domain, parts))
                writer.WriteAll<double>(coordinate.Name, coordinate.Values);
        }
        request.Progress.Begin("trajectories", config.Trajectories);
        for (var i = done; i < config.Trajectories; i++)
        {
            request.Cancel.ThrowIfCancellationRequested();
            var states = Trajectory(config, system, grid, times, i, random.Fork("trajectory").Fork(i));
            foreach (var part in parts)
                writer.WriteRecord<double>(part.Name, i, part.Cut(states, 1, states.Rows));
            writer.Commit();
            request.Progress.Advance("trajectories", i + 1);
        }
        request.Progress.End("trajectories", "done");
    }

    private static DataSchema Schema(Domain domain, IReadOnlyList<FieldLayout> parts, int times, SimulationConfig config)
    {
        var coordinates = FieldLayout.Coordinates(domain, parts);
        return new DataSchema(
            [new Dimension("trajectory", 0, Unlimited: true), new Dimension("time", times), .. coordinates.Select(c => new Dimension(c.Name, c.Values.Length))],
            [
                new VariableSchema("time", DataType.Real64, ["time"]),
                .. coordinates.Select(c => new VariableSchema(c.Name, DataType.Real64, [c.Name])),
                .. parts.Select(part => new VariableSchema(part.Name, DataType.Real64, ["trajectory", "time", .. part.Dimensions]) { Attributes = new Attributes { ["units"] = part.Unit } }),
            ],
            new Attributes { ["title"] = $"{config.Name}: trajectories simulated by Sonde", ["seed"] = config.Seed, ["Conventions"] = "CF-1.10" });
    }

    /// <summary>The system's own prior, or independent components of standard deviation 1 around its example of a state, or 0.</summary>
    private static GaussianBackground Usual(IDynamicalSystem system) => system.DefaultPrior is not null
        ? new GaussianBackground()
        : new GaussianBackground(ExternalSystem.MeanOf(system) is not null ? null : new Numbers([0]), new Numbers([1]));

    internal static Matrix<double> Trajectory(SimulationConfig config, IDynamicalSystem system, TimeGrid grid, GridTime[] times, int index, RandomSource random)
    {
        var state = new Matrix<double>(1, system.Width);
        var background = config.Background ?? Usual(system);
        background.Prior(
            system, null, () => throw new InputException("background.kind is 'climatology'; expected prior, with time.spinUp to reach the attractor."), random).Sample(state, random.Fork("start"));
        var spinUp = (int)Math.Ceiling(config.Time.SpinUp / grid.StepLength - 1e-9);
        Preparation.Carry(system, state, -spinUp * grid.StepLength, grid.StepLength, spinUp, random.Fork("spin-up"));
        var states = new Matrix<double>(times.Length, system.Width);
        for (var k = 0; k < times.Length; k++)
        {
            Forecast.Run(system, grid, k == 0 ? default : times[k - 1], times[k], state, random.Fork("noise"), Workers.One);
            if (!Moments.AllFinite(state.Values))
                throw new InputException($"Trajectory {index} is no longer finite at t = {grid.TimeOf(times[k])}; expected a smaller time.step than {grid.StepLength}.");
            state.Values.CopyTo(states[k]);
        }
        return states;
    }
}
