using System.Text.Json;
using Sonde.Experiments.Report;

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
        foreach (var key in new[] { "name", "rmse", "relativeRmse", "spread", "spreadErrorRatio", "crps", "energyScore", "coverage90", "ssrel", "ssrelByWidth", "ssrat", "pitd", "negativeLogLikelihood", "forecastRmse", "parameterRmse", "seconds", "diverged" })
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
    public void A_job_reports_innovations_withheld_scores_fates_and_real_times()
    {
        using var sonde = new CommandLine();
        var rows = from hour in Enumerable.Range(0, 12)
                   from station in Enumerable.Range(0, 10)
                   select $"1995-03-18T{hour:00}:00:00Z,S{station},{station},{(station == 3 && hour == 5 ? 99 : Math.Sin(hour + station)):0.###}";
        sonde.Write("stations.csv", "time,station,x,t\n" + string.Join('\n', rows) + "\n");
        sonde.Write("job.yaml", """
            name: job
            seed: 3
            system: { kind: ornstein-uhlenbeck, field: t, unit: K, x: { count: 10, from: 0, to: 9 }, mean: 0, sd: 1, timescale: 5, correlation: { length: 2 } }
            time: { step: 1 }
            observations:
              file: stations.csv
              columns: { time: { origin: "1995-03-17T23:00:00Z", unit: hours }, fields: [ { field: t, error: 0.3 } ] }
              qualityControl: { limits: [ { field: t, low: -5, high: 5 } ], withheld: { every: 5 } }
            methods:
              - { kind: etkf, members: 20 }
              - { kind: etks, members: 20, lag: 2 }

            """);
        var (exit, _, error) = sonde.Run("assimilate", "job.yaml", "--out", "job");
        Assert.True(exit == 0, error);
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(sonde.Folder, "job", "summary.json")));
        var innovations = summary.RootElement.GetProperty("methods")[0].GetProperty("innovations").GetProperty("t");
        Assert.Equal(12 * 8 - 1, innovations.GetProperty("count").GetInt32());
        Assert.Equal(0.3, innovations.GetProperty("observationAssumed").GetDouble(), 1e-12);
        Assert.InRange(innovations.GetProperty("rmse").GetDouble() / innovations.GetProperty("expected").GetDouble(), 0.4, 2);

        using var document = JsonDocument.Parse(ReportPack.Load(Path.Combine(sonde.Folder, "job", "report.data")).Json);
        var data = document.RootElement.GetProperty("data");
        Assert.Equal("1995-03-17T23:00:00+00:00", data.GetProperty("experiment").GetProperty("origin").GetString());
        Assert.Equal(3600, data.GetProperty("experiment").GetProperty("secondsPerUnit").GetDouble());
        var observations = data.GetProperty("observations");
        Assert.Equal(["used", "beyond gross limits", "withheld"], observations.GetProperty("fateNames").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(120, observations.GetProperty("times").GetProperty("count").GetInt32());
        Assert.Equal(2, observations.GetProperty("departures").GetArrayLength());
        var smoother = data.GetProperty("methods")[1];
        Assert.Equal([false, true], smoother.GetProperty("withheld").EnumerateArray().Select(withheld => withheld.GetProperty("isSmoothed").GetBoolean()));
        Assert.Equal(["withheld t", "innovations of t"], smoother.GetProperty("ranks").EnumerateArray().Select(ranks => ranks.GetProperty("label").GetString()));
        Assert.Equal(12 * 8 - 1, smoother.GetProperty("ranks")[1].GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64()));
        Assert.True(smoother.GetProperty("scores").TryGetProperty("secondsPerCycle", out _));
    }

    [Fact]
    public void Estimated_parameters_have_posteriors_in_the_report()
    {
        using var sonde = new CommandLine();
        sonde.Write("parameter.yaml", """
            name: parameter
            seed: 3
            system: { kind: lorenz63, estimate: [ { name: rho, sd: 1, mean: 28.5 } ] }
            time: { step: 0.01, spinUp: 5, cycles: 40 }
            observations: { every: 0.1, noise: 1 }
            background: { kind: prior }
            methods: [ { kind: enkf, members: 64 } ]

            """);
        Assert.Equal(0, sonde.Run("run", "parameter.yaml", "--out", "run").ExitCode);
        using var document = JsonDocument.Parse(ReportPack.Load(Path.Combine(sonde.Folder, "run", "report.data")).Json);
        var posteriors = document.RootElement.GetProperty("data").GetProperty("posteriors").EnumerateArray().ToArray();
        Assert.Equal(["prior", "enkf"], posteriors.Select(posterior => posterior.GetProperty("method").GetString()));
        Assert.All(posteriors, posterior => Assert.Equal(28, posterior.GetProperty("truth").GetDouble()));
        Assert.Equal(8, posteriors[1].GetProperty("density").GetProperty("count").GetInt32());
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
    public void A_check_says_what_it_checked()
    {
        using var sonde = new CommandLine();
        sonde.Write("small.yaml", Small);
        var (exit, output, _) = sonde.Run("check", "small.yaml");
        Assert.Equal(0, exit);
        string[] findings =
        [
            "12 components: x (12)", "60 observation times from 0.05 to 3, steps of 0.05, the first 10 left out of scores", "720 to use, 0 withheld",
            "finite at t = 0.05;", "for the largest method", "etkf, letkf, etks, particle-filter: all of them can run here", "ready to run",
        ];
        Assert.All(findings, finding => Assert.Contains(finding, output, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(sonde.Folder, "results")));
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
