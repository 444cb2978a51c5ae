using Sonde.Experiments.Configuration;
using Sonde.Experiments.Report;
using Sonde.Experiments.Running;

namespace Sonde.Tests.Experiments;

/// <summary>Sweeps over seeds: what their runs say together, and what a stopped one does again.</summary>
public sealed class SeedTests
{
    private const string Text = """
        name: seeds
        system: { kind: lorenz96, size: 8 }
        time: { step: 0.05, spinUp: 5, cycles: 40, burnIn: 10 }
        observations: { every: 0.05, noise: 1 }
        background: { kind: climatology }
        methods: [{ kind: etkf, members: 9, inflation: 1.05 }, { kind: climatology }]
        sweep: { seed: [1, 2, 3] }

        """;

    [Fact]
    public void Methods_over_seeds_have_mean_scores_and_what_all_seeds_say_of_their_uncertainty()
    {
        using var folder = new RunFolder();
        folder.Write("seeds.yaml", Text);
        var sweep = folder.Run("seeds.yaml", "out").Sweep!;
        var calibrations = Points(folder).Select(point => point.Calibrations()).ToArray();
        var methods = SeedMethods.Of(sweep, calibrations, ExperimentFile.Load(folder.File("seeds.yaml"), null, [], Catalog.Kinds)[0].Methods);

        double[] rmse = [.. sweep.Runs.Select(run => run.Methods[0].Rmse)];
        var mean = rmse.Average();
        Assert.Equal(mean, methods[0].Scores["rmse"].Value, 1e-12);
        Assert.Equal(Math.Sqrt(rmse.Sum(x => (x - mean) * (x - mean)) / 2 / 3), methods[0].Scores["rmse"].StandardError, 1e-12);
        Assert.Equal(sweep.Runs.Average(run => run.Methods[1].Ssrel), methods[1].Calibration["ssrel"].Value, 1e-12);

        Assert.Equal(calibrations.Sum(seed => seed[0].Ranks[0].Counts[4]), methods[0].Ranks[0].Counts[4]);
        Assert.Equal(3 * 30 * 8, methods[0].Ranks[0].Counts.Sum());
        Assert.Equal(calibrations.Average(seed => seed[0].Reliability!.Observed[2]), methods[0].Reliability!.Observed[2], 1e-12);
        foreach (var method in methods)
        {
            var bins = method.SpreadSkill!;
            Assert.Equal((20, 3 * 30 * 8, 3 * 30 * 8), (bins.Spread.Length, bins.Counts.Sum(), bins.Frequencies.Sum()));
            Assert.Equal(bins.Spread.Order(), bins.Spread);
        }
        var pooled = methods[0].SpreadSkill!;
        Assert.Equal(Squares([.. calibrations.Select(seed => seed[0].SpreadSkill!)], bins => bins.Error), Squares([pooled], bins => bins.Error), 1e-9);
        Assert.Equal(Squares([.. calibrations.Select(seed => seed[0].SpreadSkill!)], bins => bins.Spread), Squares([pooled], bins => bins.Spread), 1e-9);
    }

    [Fact]
    public void A_sweep_over_more_than_seeds_shows_its_runs_alone()
    {
        using var folder = new RunFolder();
        folder.Write("both.yaml", Text.Replace("seed: [1, 2, 3]", "seed: [1, 2], \"methods[etkf].inflation\": [1.02, 1.1]", StringComparison.Ordinal));
        folder.Run("both.yaml", "out");
        folder.Write("seeds.yaml", Text);
        folder.Run("seeds.yaml", "over");
        Assert.Contains("\"methods\":[],", ReportPack.Load(folder.File("out", "report.data")).Json, StringComparison.Ordinal);
        Assert.Contains("Three seeds ran; scores are means over seeds.", ReportPack.Load(folder.File("over", "report.data")).Json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_with_which_a_method_diverged_is_named_and_left_out_of_means()
    {
        MethodSummary[] seeds = [new("etkf", "etkf") { Rmse = 0.2 }, new("etkf", "etkf") { Rmse = 5, Diverged = true, DivergedAt = 3, Reason = "lost" }, new("etkf", "etkf") { Rmse = 0.4 }];
        var sweep = new SweepSummary("seeds", [.. seeds.Select((seed, i) => new Summary("seeds", i, 10, [seed]) { Overrides = new Dictionary<string, string> { ["seed"] = $"{i}" } })], null);
        var entry = ExperimentFile.Load(Experiment(out var folder), null, [], Catalog.Kinds)[0].Methods[0];
        using var _ = folder;
        var method = Assert.Single(SeedMethods.Of(sweep, [[new("etkf")], [new("etkf")], [new("etkf")]], [entry]));
        Assert.Equal(0.3, method.Scores["rmse"].Value, 1e-12);
        var remarks = ReportSummary.Of(new ReportData(new ReportExperiment("seeds", 0, 10))
        {
            Methods = [method],
            Sweep = new ReportSweep(["seed"], [.. sweep.Runs.Select(run => new ReportSweepRun([run.Overrides!["seed"]], "etkf", SeedMethods.Scores(run, run.Methods[0]), run.Methods[0].Diverged))]),
        });
        Assert.Contains(remarks, remark => remark.Text == "etkf diverged with 1 of 3 seeds (1), and means leave them out.");
    }

    [Fact]
    public void A_sweep_that_is_resumed_does_again_only_what_was_not_done()
    {
        using var folder = new RunFolder();
        folder.Write("seeds.yaml", Text);
        var first = folder.Run("seeds.yaml", "out").Sweep!;
        var (kept, done) = (folder.File("out", "runs", "0001", "diagnostics.csv"), folder.File("out", "runs", "0002", "summary.json"));
        File.WriteAllText(kept, "not done again");
        File.Delete(done);
        var again = folder.Run("seeds.yaml", "out", resume: true).Sweep!;
        Assert.Equal("not done again", File.ReadAllText(kept));
        Assert.True(File.Exists(done));
        Assert.Equal(first.Runs.Select(run => run.Methods[0].Rmse), again.Runs.Select(run => run.Methods[0].Rmse));
        Assert.Equal(first.OverSeeds![1].Median["crps"], again.OverSeeds![1].Median["crps"]);
    }

    private static string Experiment(out RunFolder folder) => (folder = new RunFolder()).Write("seeds.yaml", Text);

    private static IEnumerable<PointFolder> Points(RunFolder folder) =>
        Enumerable.Range(1, 3).Select(i => new PointFolder(folder.File("out", "runs", $"{i:0000}"), "", false));

    private static double Squares(ReportSpreadSkill[] seeds, Func<ReportSpreadSkill, double[]> of) =>
        seeds.Sum(seed => seed.Counts.Zip(of(seed), (count, value) => count * value * value).Sum());
}
