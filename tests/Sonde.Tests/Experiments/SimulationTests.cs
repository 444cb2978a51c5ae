using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Running;
using Sonde.Experiments.Training;
using Sonde.Tests.Files;

namespace Sonde.Tests.Experiments;

public sealed class SimulationTests
{
    private const string Tsunami = """
        name: waves
        seed: 5
        system: { kind: tsunami, sizeX: 40, sizeY: 30 }
        time: { step: 900, until: 9000, every: 1800 }
        trajectories: 5
        """;

    [Fact]
    public void Trajectories_are_fields_by_trajectory_time_y_and_x_and_parameters_by_trajectory()
    {
        using var folder = new ScratchFolder();
        var data = DataFiles.Read(Simulate(folder, Tsunami));
        Assert.Equal(["trajectory", "time", "y", "x"], data["eta"].Schema.Dimensions);
        Assert.Equal([5, 6, 30, 40], data.Schema.ShapeOf(data["eta"].Schema));
        Assert.Equal([5], data.Schema.ShapeOf(data["sourceX"].Schema));
        Assert.Equal([0, 1800, 3600, 5400, 7200, 9000], data["time"].ToDoubles());
        Assert.Equal((-5e5, 5e5), (data["x"].ToDoubles()[0], data["x"].ToDoubles()[^1]));
        Assert.All(data["sourceY"].ToDoubles(), y => Assert.InRange(y, -5e5, 0));
        Assert.Equal(5, data["sourceX"].ToDoubles().Distinct().Count());
        var start = data["eta"].ToDoubles()[..1200];
        var highest = Array.IndexOf(start, start.Max());                            // the bump stands where the parameters say
        Assert.InRange(data["x"].ToDoubles()[highest % 40] - data["sourceX"].ToDoubles()[0], -1e6 / 39, 1e6 / 39);
        Assert.InRange(data["y"].ToDoubles()[highest / 40] - data["sourceY"].ToDoubles()[0], -1e6 / 29, 1e6 / 29);
    }

    [Fact]
    public void Staggered_fields_have_axes_of_their_own_and_shared_ones_are_written_once()
    {
        using var folder = new ScratchFolder();
        const string Flow = "name: flow\nsystem: { kind: kolmogorov, size: 16, estimate: [{ name: reynolds, sd: 10 }] }\ntime: { step: 0.1, until: 0.2 }\ntrajectories: 2\n";
        var path = Simulate(folder, Flow);
        var data = DataFiles.Read(path);
        Assert.Equal(["trajectory", "time", "y_u", "x_u"], data["u"].Schema.Dimensions);
        Assert.Equal(["trajectory", "time", "y_v", "x_v"], data["v"].Schema.Dimensions);
        const double Half = Math.PI / 16;
        Assert.Equal((2 * Half, Half), (data["x_u"].ToDoubles()[0], data["y_u"].ToDoubles()[0]));       // eastern faces
        Assert.Equal((Half, 2 * Half), (data["x_v"].ToDoubles()[0], data["y_v"].ToDoubles()[0]));       // northern faces
        var read = TrajectoryReader.Read<double>(new TrajectoriesConfig(File: path, Periods: [Math.Tau, Math.Tau]), path).Domain;
        var own = new KolmogorovSource(Size: 16).Build(folder.Path).Domain;
        for (var c = 0; c < 2 * 16 * 16; c++)
            Assert.InRange(own.Space.Distance(own.PointOf(c)!.Value, read.PointOf(c)!.Value), 0, 1e-9);
    }

    [Theory]
    [InlineData("zarr")]
    [InlineData("netcdf")]
    public void What_is_resumed_has_the_bits_of_one_run_on_any_number_of_threads(string format)
    {
        using var folder = new ScratchFolder();
        var settings = Tsunami + $"\nformat: {format}\n";
        var whole = DataFiles.Read(Simulate(folder, settings, "whole", threads: 3));
        Simulate(folder, settings, "parts", set: ["trajectories=2"]);
        var parts = DataFiles.Read(Simulate(folder, settings, "parts", resume: true, threads: 2));
        foreach (var name in (string[])["u", "v", "eta", "sourceX", "sourceY", "time"])
            Assert.Equal(whole[name].ToDoubles(), parts[name].ToDoubles());
    }

    [Fact]
    public void A_long_trajectory_is_a_chunk_of_its_own_and_a_short_one_is_not()
    {
        using var folder = new ScratchFolder();
        var path = Simulate(folder, Tsunami + "\nsinglePrecision: true\n", set: ["system.sizeX=80", "system.sizeY=60"]);
        Assert.Equal([0, 1, 2, 3, 4], Chunks(path, "eta"));
        Assert.Equal([0], Chunks(path, "sourceX"));
        Assert.Equal(DataType.Real32, DataFiles.Read(path)["eta"].Schema.Type);
        Assert.Equal(DataType.Real64, DataFiles.Read(path)["sourceX"].Schema.Type);
        var small = Simulate(folder, "name: small\nsystem: { kind: lorenz63 }\ntime: { step: 0.01, until: 0.1 }\ntrajectories: 4\n", "small");
        Assert.Equal([0], Chunks(small, "x"));
    }

    [Fact]
    public void Parameters_that_walk_are_written_at_every_time()
    {
        using var folder = new ScratchFolder();
        const string System = "kind: lorenz96, size: 6, estimate: [{ name: forcing, sd: 1, walk: 0.1 }]";
        var data = DataFiles.Read(Simulate(folder, $"name: walk\nsystem: {{ {System} }}\ntime: {{ step: 0.05, until: 0.5 }}\ntrajectories: 2\n"));
        Assert.Equal(["trajectory", "time"], data["forcing"].Schema.Dimensions);
        Assert.Equal(["trajectory", "time", "grid_x"], data["x"].Schema.Dimensions);        // the field is called x
        Assert.Equal(22, data["forcing"].ToDoubles().Distinct().Count());
    }

    [Fact]
    public void Other_settings_are_not_continued()
    {
        using var folder = new ScratchFolder();
        Simulate(folder, Tsunami, "out", set: ["trajectories=1"]);
        var refused = Assert.Throws<InputException>(() => Simulate(folder, Tsunami, "out", resume: true, set: ["system.depth=50"]));
        Assert.Contains("other settings", refused.Message, StringComparison.Ordinal);
    }

    private static string Simulate(ScratchFolder folder, string yaml, string to = "out", bool resume = false, int threads = 1, IReadOnlyList<string>? set = null)
    {
        var file = Path.Combine(folder.Path, "simulate.yaml");
        File.WriteAllText(file, yaml);
        return SimulationRunner.Run(new RunRequest(file) { Out = Path.Combine(folder.Path, to), Resume = resume, Threads = threads, Set = set ?? [] });
    }

    private static int[] Chunks(string store, string variable) =>
        [.. Directory.GetFileSystemEntries(Path.Combine(store, variable, "c")).Select(entry => int.Parse(Path.GetFileName(entry), System.Globalization.CultureInfo.InvariantCulture)).Order()];
}
