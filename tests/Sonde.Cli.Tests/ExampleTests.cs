using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Sonde.Cli.Tests;

/// <summary>What a newcomer tries first: starters in an empty folder, the files in examples/, the program that uses the library.</summary>
public sealed class ExampleTests
{
    private static readonly string[] Shortened = ["--set", "time.cycles=4", "--set", "time.burnIn=0", "--set", "time.tail=0"];

    private static readonly string[] Names = ["lorenz96", "own-model", "stations"];

    public static TheoryData<string> Starters => [.. Names];

    public static TheoryData<string> Examples => [.. Files("methods:")];

    public static TheoryData<string> Trainings => [.. Files("training:")];

    public static TheoryData<string> Simulations => [.. Files("trajectories:")];

    private static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Sonde.slnx")))
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Sonde.slnx above the tests.");
            return folder;
        }
    }

    [Theory]
    [MemberData(nameof(Starters))]
    public void A_starter_runs_from_an_empty_folder(string name)
    {
        using var sonde = new CommandLine();
        var (exit, output, _) = sonde.Run("new", name);
        Assert.Equal(0, exit);
        var told = output.Trim()[(output.LastIndexOf("sonde ", StringComparison.Ordinal) + "sonde ".Length)..].Split(' ');
        AssertDone(sonde.Run("check", $"{name}.yaml"));
        AssertDone(sonde.Run([.. told, .. Shortened]));
        Assert.True(File.Exists(Path.Combine(sonde.Folder, "results", name, "summary.json")));
        Assert.Equal(2, sonde.Run("new", name).ExitCode);                       // nothing is overwritten
    }

    [Fact]
    public void Starters_are_listed_with_a_line_each()
    {
        using var sonde = new CommandLine();
        var lines = sonde.Run("new").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Names, lines.Select(line => line.Split(' ')[0]));
        Assert.All(lines, line => Assert.EndsWith(".", line.TrimEnd(), StringComparison.Ordinal));
    }

    [Fact]
    public void The_faults_of_the_stations_are_found()
    {
        using var sonde = new CommandLine();
        sonde.Run("new", "stations");
        using var summary = JsonDocument.Parse(sonde.Run("assimilate", "stations.yaml", "--json").Output);
        var fates = summary.RootElement.GetProperty("observations").GetProperty("temperature");
        Assert.Equal(1, fates.GetProperty("outside the domain").GetInt32());
        Assert.Equal(2, fates.GetProperty("beyond gross limits").GetInt32());
        Assert.Equal(1, fates.GetProperty("duplicate").GetInt32());
        Assert.InRange(fates.GetProperty("failed the buddy check").GetInt32(), 10, 20);
        Assert.InRange(fates.GetProperty("withheld").GetInt32(), 60, 80);
        var readings = File.ReadAllLines(Path.Combine(sonde.Folder, "results", "stations", "observations", "letkf.csv"));
        Assert.Equal(13, readings.Count(line => line.Contains(",buddy-check,", StringComparison.Ordinal)));
        foreach (var method in summary.RootElement.GetProperty("methods").EnumerateArray())
            Assert.InRange(method.GetProperty("withheld").GetProperty("temperature").GetProperty("rmse").GetDouble(), 0.6, 1.6);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_passes_its_check_and_runs_shortened(string file)
    {
        using var sonde = new CommandLine();
        var path = Path.Combine(Root, file);
        AssertDone(sonde.Run("check", path));
        string[] training = File.ReadAllText(path) is var text && text.Contains("kind: neural-incremental", StringComparison.Ordinal) ? ["--set", "methods[neural-incremental].training.epochs=2"]
            : text.Contains("tendency:", StringComparison.Ordinal) ? ["--set", "methods[learns].training.length=2000"] : [];
        AssertDone(sonde.Run(["run", path, "--out", "results", .. Shortened, .. training]));
        Assert.True(File.Exists(Path.Combine(sonde.Folder, "results", "summary.json")));
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void A_training_runs_shortened_and_says_how_good_it_became(string file)
    {
        using var sonde = new CommandLine();
        var (exit, output, error) = sonde.Run("train", Path.Combine(Root, file), "--out", "results", "--json", "--set", "training.epochs=3");
        Assert.True(exit == 0, error);
        using var summary = JsonDocument.Parse(output);
        Assert.Contains(3, summary.RootElement.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("epochs").GetInt32()));
        Assert.All(summary.RootElement.GetProperty("scores").EnumerateObject(), target => Assert.InRange(RelativeError(target.Value), 0, 0.7));
        foreach (var name in new[] { "model.json", "model.safetensors", "losses.csv", "training.yaml" })
            Assert.True(File.Exists(Path.Combine(sonde.Folder, "results", name)), name);
    }

    [Theory]
    [MemberData(nameof(Simulations))]
    public void A_simulation_writes_its_trajectories(string file)
    {
        using var sonde = new CommandLine();
        AssertDone(sonde.Run("simulate", Path.Combine(Root, file), "--out", "results", "--set", "trajectories=2"));
        Assert.True(Directory.Exists(Path.Combine(sonde.Folder, "results", "trajectories.zarr")));
    }

    [Fact]
    public void Every_example_is_run_by_one_of_these_tests() =>
        Assert.Equal(Directory.GetFiles(Path.Combine(Root, "examples"), "*.yaml", SearchOption.AllDirectories).Length, Examples.Count + Trainings.Count + Simulations.Count);

    [Fact]
    public void The_program_that_uses_the_library_recovers_what_nobody_observed()
    {
        using var program = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "own-model.dll")]) { RedirectStandardOutput = true })!;
        var lines = program.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        program.WaitForExit();
        double[] Numbers(int line) => [.. lines[line].Split(' ', StringSplitOptions.RemoveEmptyEntries)[^3..].Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        var (filter, free) = (Numbers(1), Numbers(2));
        Assert.InRange(filter[0], 0.05, 0.3);
        Assert.InRange(filter[2], 0.8, 1.25);
        Assert.True(filter[0] < 0.4 * free[0], $"{filter[0]} is not much less than {free[0]}.");
    }

    private static double RelativeError(JsonElement scores) => scores.TryGetProperty("relativeRmse", out var relative)
        ? relative.GetDouble()
        : scores.GetProperty("rmse").GetDouble() / scores.GetProperty("deviation").GetDouble();

    /// <summary>The examples that have this key: those that are run, trained, or simulated.</summary>
    private static IEnumerable<string> Files(string key) => Directory.GetFiles(Path.Combine(Root, "examples"), "*.yaml", SearchOption.AllDirectories)
        .Where(file => File.ReadLines(file).Any(line => line.StartsWith(key, StringComparison.Ordinal)))
        .Select(file => Path.GetRelativePath(Root, file)).Order();

    /// <summary>So few cycles may be too few for a filter; then it says so.</summary>
    private static void AssertDone((int ExitCode, string Output, string Error) run) => Assert.True(run.ExitCode is 0 or 3, run.Error);
}
