using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>
/// Writes trajectories of a system: one variable a field, dimensions trajectory, time and the field's grid; one a parameter. Several threads make
/// several trajectories at once. Resumable by trajectory, also with more of them than before.
/// </summary>
public static class SimulationRunner
{
    private const string Piece = "trajectories";

    /// <summary>Runs, or continues where it was stopped; returns the file.</summary>
    /// <exception cref="InputException">The file or the request does not fit, or a trajectory does not stay finite.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; it can be resumed.</exception>
    public static string Run(RunRequest request)
    {
        var root = Overrides.Read(request.File, request.Seed, request.Set);
        var config = new Binder(Catalog.Kinds).Bind<SimulationConfig>(root);
        var system = Preparation.Build(config.System, Path.GetDirectoryName(Path.GetFullPath(request.File))!, asTruth: false, "system");
        var times = Times(config);
        if (Memory.Refuses((double)times.Length * system.Fields.Width * request.Threads) is { } reason)
            throw new InputException($"{times.Length} states of {system.Width} components for each of {request.Threads} trajectories at once need {reason}.");
        var folder = request.Out ?? ResultsFolder.Usual(config.Name);
        var (zarr, netcdf, settings) = (Path.Combine(folder, "trajectories.zarr"), Path.Combine(folder, "trajectories.nc"), Path.Combine(folder, "simulation.yaml"));
        if (request.Resume)
        {
            RequireSame(root, settings);
            if (!Directory.Exists(zarr) && File.Exists(netcdf))
                DataFiles.Copy(netcdf, zarr);
        }
        var done = request.Resume && Directory.Exists(zarr) ? Count(zarr) : 0;
        AtomicFile.WriteText(settings, YamlFile.Write(root));
        Write(config, system, times, zarr, done, request);
        if (config.Format == ArrayFormat.Zarr)
            return zarr;
        DataFiles.Copy(zarr, netcdf);
        Directory.Delete(zarr, recursive: true);
        return netcdf;
    }

    /// <summary>What is continued was begun with the same settings, but for the number of trajectories.</summary>
    private static void RequireSame(ConfigNode root, string path)
    {
        if (!File.Exists(path))
            return;
        var (before, now) = (YamlFile.Read(path), YamlFile.Parse(YamlFile.Write(root), path));
        foreach (var node in (ConfigNode[])[before, now])
            node.Set("trajectories", ConfigNode.Scalar("1", path, 1, "trajectories"));
        if (YamlFile.Write(before) != YamlFile.Write(now))
            throw new InputException($"{path} has other settings than {root.Source}; expected the same with --resume, but for trajectories, or another folder with --out.");
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
        var random = new RandomSource(config.Seed).Fork("trajectory");
        var grid = new TimeGrid(0, config.Time.Step);
        var view = Preparation.ViewOf(system);
        var layout = new TrajectoryLayout(config, system, [.. times.Select(grid.TimeOf)]);
        using var writer = done > 0 ? DataFiles.Append(path, "trajectory", done) : DataFiles.Create(path, layout.Schema());
        if (done == 0)
            layout.Begin(writer);
        var workers = new Workers(request.Threads);
        request.Progress.Begin(Piece, config.Trajectories);
        for (var first = done; first < config.Trajectories; first += workers.Threads)
        {
            request.Cancel.ThrowIfCancellationRequested();
            var made = new Matrix<double>[Math.Min(workers.Threads, config.Trajectories - first)];
            workers.ForBlocks(made.Length, 1, (i, _) => made[i] = Trajectory(config, system, grid, times, first + i, random.Fork(first + i)));
            for (var i = 0; i < made.Length && view is not null; i++)
                made[i] = view.Decode(made[i], workers);
            for (var i = 0; i < made.Length; i++)
                layout.Write(writer, first + i, made[i]);
            writer.Commit();
            request.Progress.Advance(Piece, first + made.Length);
        }
        request.Progress.End(Piece, "done");
    }

    /// <summary>The system's own prior, or independent components of standard deviation 1 around its example of a state, or 0.</summary>
    private static GaussianBackground Usual(IDynamicalSystem system) => system.DefaultPrior is not null
        ? new GaussianBackground()
        : new GaussianBackground(ExternalSystem.MeanOf(system) is not null ? null : new Numbers([0]), new Numbers([1]));

    internal static Matrix<double> Trajectory(SimulationConfig config, IDynamicalSystem system, TimeGrid grid, GridTime[] times, int index, RandomSource random)
    {
        var state = new Matrix<double>(1, system.Width);
        var background = config.Background ?? Usual(system);
        if (background is GaussianBackground { SpinUp: > 0 and var own })
            throw new InputException($"background.spinUp is {own}, but a simulation has one spin-up; expected the key time.spinUp.");
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
