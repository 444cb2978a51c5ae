using System.Text.Json;

namespace Sonde.Cli.Tests;

/// <summary>What a user does with the command, and finds afterwards.</summary>
public sealed class CommandTests
{
    private const string Small = """
        name: small
        seed: 7
        system: { kind: lorenz96, size: 12 }
        time: { step: 0.05, cycles: 60, burnIn: 10 }
        observations: { every: 0.05, noise: 1.0 }
        background: { kind: prior }
        methods:
          - { kind: etkf, members: 16, inflation: 1.02, rotate: true }
          - { kind: letkf, members: 8, inflation: 1.04, localization: { radius: 4 } }
          - { kind: etks, members: 16, inflation: 1.02, lag: 3 }
          - { kind: particle-filter, members: 50 }

        """;

    [Fact]
    public void A_run_leaves_its_folder_and_prints_a_table()
    {
        using var sonde = new CommandLine();
        sonde.Write("small.yaml", Small);
        var (exit, output, _) = sonde.Run("run", "small.yaml");
        Assert.Contains(exit, new[] { 0, 3 });
        Assert.Contains("etkf", output, StringComparison.Ordinal);
        var results = Path.Combine(sonde.Folder, "results", "small");
        foreach (var file in new[] { "summary.json", "diagnostics.csv", "experiment.yaml", "analysis.zarr/zarr.json" })
            Assert.True(File.Exists(Path.Combine(results, file)), file);
        Assert.False(Directory.Exists(Path.Combine(results, "checkpoint")));
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(results, "summary.json")));
        var etkf = summary.RootElement.GetProperty("methods")[0];
        foreach (var key in new[] { "name", "rmse", "relativeRmse", "spread", "spreadErrorRatio", "crps", "energyScore", "coverage90", "forecastRmse", "parameterRmse", "seconds", "diverged" })
            Assert.True(etkf.TryGetProperty(key, out _), key);
        Assert.InRange(etkf.GetProperty("rmse").GetDouble(), 0.05, 0.5);
        Assert.InRange(etkf.GetProperty("coverage90").GetDouble(), 0.6, 1.0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        using var sonde = new CommandLine();
        sonde.Write("small.yaml", Small);
        sonde.Run("run", "small.yaml", "--threads", "1", "--out", "one");
        sonde.Run("run", "small.yaml", "--threads", "2", "--out", "two");
        sonde.Run("run", "small.yaml", "--threads", "1", "--seed", "8", "--out", "other");
        string Diagnostics(string folder) => File.ReadAllText(Path.Combine(sonde.Folder, folder, "diagnostics.csv"));
        Assert.Equal(Diagnostics("one"), Diagnostics("two"));
        Assert.NotEqual(Diagnostics("one"), Diagnostics("other"));
    }

    [Fact]
    public void The_resolved_experiment_runs_to_the_same_scores()
    {
        using var sonde = new CommandLine();
        sonde.Write("small.yaml", Small);
        sonde.Run("run", "small.yaml", "--out", "first", "--set", "methods[letkf].inflation=1.1");
        sonde.Run("run", "first/experiment.yaml", "--out", "second");
        Assert.Equal(File.ReadAllText(Path.Combine(sonde.Folder, "first", "diagnostics.csv")), File.ReadAllText(Path.Combine(sonde.Folder, "second", "diagnostics.csv")));
    }

    [Fact]
    public void Json_is_all_that_standard_output_gets()
    {
        using var sonde = new CommandLine();
        sonde.Write("small.yaml", Small);
        using var summary = JsonDocument.Parse(sonde.Run("run", "small.yaml", "--json").Output);
        Assert.Equal("small", summary.RootElement.GetProperty("experiment").GetString());
    }

    [Fact]
    public void A_sweep_over_seeds_gives_medians_and_counts_divergence()
    {
        using var sonde = new CommandLine();
        sonde.Write("small.yaml", Small + "sweep: { seed: [1, 2, 3], \"methods[etkf].inflation\": [1.02, 1.1] }\n");
        using var summary = JsonDocument.Parse(sonde.Run("run", "small.yaml", "--json").Output);
        Assert.Equal(6, summary.RootElement.GetProperty("runs").GetArrayLength());
        var etkf = summary.RootElement.GetProperty("overSeeds")[0];
        Assert.Equal(3, etkf.GetProperty("seeds").GetInt32());
        Assert.InRange(etkf.GetProperty("median").GetProperty("rmse").GetDouble(), etkf.GetProperty("least").GetProperty("rmse").GetDouble(), etkf.GetProperty("greatest").GetProperty("rmse").GetDouble());
    }

    [Fact]
    public void Trajectories_are_written_and_resumed()
    {
        using var sonde = new CommandLine();
        sonde.Write("pendulum.yaml", "name: pendulum\nsystem: { kind: lorenz63 }\ntime: { step: 0.01, until: 1, every: 0.1 }\ntrajectories: 3\n");
        Assert.Equal(0, sonde.Run("simulate", "pendulum.yaml", "--set", "trajectories=2").ExitCode);
        Assert.Equal(0, sonde.Run("simulate", "pendulum.yaml", "--resume").ExitCode);
        Assert.Equal(0, sonde.Run("simulate", "pendulum.yaml", "--out", "whole").ExitCode);
        var resumed = Sonde.Experiments.Files.DataFiles.Read(Path.Combine(sonde.Folder, "results", "pendulum", "trajectories.zarr"));
        var whole = Sonde.Experiments.Files.DataFiles.Read(Path.Combine(sonde.Folder, "whole", "trajectories.zarr"));
        Assert.Equal(3 * 11, whole["x"].ToDoubles().Length);
        Assert.Equal(whole["z"].ToDoubles(), resumed["z"].ToDoubles());
    }

    [Fact]
    public void A_report_is_rebuilt()
    {
        using var sonde = new CommandLine();
        sonde.Write("small.yaml", Small);
        sonde.Run("run", "small.yaml");
        Assert.Equal(0, sonde.Run("report", "results/small").ExitCode);
    }

    [Fact]
    public void Help_calls_the_program_by_its_name()
    {
        using var sonde = new CommandLine();
        var (exit, help, _) = sonde.Run("--help");
        Assert.Equal(0, exit);
        string[] verbs = ["run", "assimilate", "simulate", "check", "report", "new"];
        foreach (var verb in verbs)
        {
            Assert.Contains($"  {verb} ", help, StringComparison.Ordinal);
            Assert.Contains($"sonde {verb} ", sonde.Run(verb, "--help").Output, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("sonde-cli", help, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+", sonde.Run("--version").Output);
    }

    [Fact]
    public void What_a_background_check_rejects_is_counted_for_each_method()
    {
        using var sonde = new CommandLine();
        sonde.Write("small.yaml", Small.Replace("noise: 1.0 }", "noise: 1.0, qualityControl: { backgroundCheck: { threshold: 2 } } }", StringComparison.Ordinal));
        using var whole = JsonDocument.Parse(sonde.Run("run", "small.yaml", "--json").Output);
        foreach (var method in whole.RootElement.GetProperty("methods").EnumerateArray())
        {
            var fates = method.GetProperty("backgroundCheck").EnumerateObject().First().Value;
            Assert.InRange(fates.GetProperty("failed the background check").GetInt32(), 1, 200);
        }
    }
}
