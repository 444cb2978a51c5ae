using System.Text.Json.Nodes;
using Sonde.Dynamics;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Running;
using Sonde.Experiments.Training;

namespace Sonde.Tests.Experiments;

/// <summary>The surrogate's own error in experiments: measured by its training, believed by methods that run in it.</summary>
public sealed class LatentErrorTests(TrainedLorenz trained) : IClassFixture<TrainedLorenz>
{
    private const string Exact = "surrogate: { file: lorenz, error: false }";

    [Fact]
    public void The_training_measures_what_it_scores()
    {
        var surrogate = SurrogateFile.Open(trained.Folder.File("lorenz"));
        var places = Enumerable.Range(0, 8).Select(i => new FieldPlace(0, surrogate.Fields.PointOf(i)!.Value)).ToArray();
        var times = Enumerable.Range(0, 11).Select(k => surrogate.Error!.FactorAt(0.1 * k)).ToArray();
        var rmse = (double)JsonNode.Parse(File.ReadAllText(trained.Folder.File("lorenz", "model.json")))!["scores"]!["x"]!["rmse"]!;
        Assert.Equal(1, times.Average(), 1e-9);
        Assert.Equal(rmse, Math.Sqrt(surrogate.Error!.VariancesAt(places).Average()), 0.01 * rmse);         // rounded to half precision
    }

    [Fact]
    public void A_surrogate_without_errors_is_opened_and_measured_later()
    {
        Copy("old");
        var model = JsonNode.Parse(File.ReadAllText(trained.Folder.File("old", "model.json")))!.AsObject();
        model.Remove("error");
        File.WriteAllText(trained.Folder.File("old", "model.json"), model.ToJsonString());
        Assert.Null(SurrogateFile.Open(trained.Folder.File("old")).Error);
        var own = Preparation.Prepare(Load(Experiment("surrogate: old")).Config, trained.Folder.Path, climatology: false);
        var notes = new LatentPreparation(own, trained.Folder.Path).For(Load(Experiment("surrogate: old")).Methods[0]).Notes;
        Assert.Contains(notes, note => note.StartsWith("a: the surrogate's own error was not measured", StringComparison.Ordinal));
        Assert.Equal(Run(Experiment(Exact), "exact").ToJsonString(), Run(Experiment("surrogate: old"), "unknown").ToJsonString());        // the same bits

        var summary = ErrorMeasurement.Run(trained.Folder.File("old"), null);
        Assert.Equal(5, summary.Trajectories);
        Assert.InRange(summary.InPatterns, 0.9, 1.001);                                                     // 7 modes hold all but little
        var (before, after) = (SurrogateFile.Open(trained.Folder.File("lorenz")).Error!, SurrogateFile.Open(trained.Folder.File("old")).Error!);
        var there = new FieldPlace(0, SurrogateFile.Open(trained.Folder.File("old")).Fields.PointOf(3)!.Value);
        Assert.Equal(before.VariancesAt([there])[0], after.VariancesAt([there])[0], 0.01 * before.VariancesAt([there])[0]);     // single precision
        Assert.Equal(before.FactorAt(0.35), after.FactorAt(0.35), 0.01);
    }

    [Fact]
    public void Data_of_another_training_are_refused()
    {
        Copy("other");
        var file = trained.Folder.File("other", "model.json");
        var model = JsonNode.Parse(File.ReadAllText(file))!;
        model["surrogate"]!["trajectories"] = 23;
        File.WriteAllText(file, model.ToJsonString());
        Assert.Contains("expected those that it was trained with", Assert.Throws<InputException>(() => ErrorMeasurement.Run(file, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spread_is_right_where_the_surrogate_is_the_limit()
    {
        JsonNode believed = Run(Experiment("surrogate: lorenz"), "believed"), exact = Run(Experiment(Exact), "exact");
        var half = Run(Experiment("surrogate: { file: lorenz, error: 0.5 }"), "half");
        Assert.InRange((double)exact["spreadErrorRatio"]!, 0, 0.6);
        Assert.InRange((double)believed["spreadErrorRatio"]!, 0.7, 1.5);
        Assert.InRange((double)half["spreadErrorRatio"]!, 0.3, 0.9);
        Assert.InRange((double)believed["coverage90"]!, 0.8, 1);
        Assert.True((double)believed["crps"]! < (double)exact["crps"]!);
        Assert.Equal(Run(Experiment("surrogate: lorenz"), "believed").ToJsonString(), Run(Experiment("surrogate: { file: lorenz, error: true }"), "true").ToJsonString());
    }

    [Fact]
    public void A_job_believes_the_error_of_the_surrogate_that_is_its_system_and_a_twin_does_not()
    {
        trained.Folder.Write("readings.csv", "time,field,x,value,error\n0.1,x,0,3,0.2\n0.25,x,4,1,0.2\n0.4,x,2,2,0.2\n");
        const string Job = """
            name: job
            system: { kind: surrogate, file: lorenz }
            time: { step: 0.1 }
            observations: { file: readings.csv }
            methods: [{ kind: etkf, members: 30 }]
            """;
        var widened = Preparation.Prepare(Load(Job).Config, trained.Folder.Path, climatology: false);
        var plain = Preparation.Prepare(Load(Job.Replace("file: lorenz", "file: lorenz, error: false", StringComparison.Ordinal)).Config, trained.Folder.Path, climatology: false);
        var error = SurrogateFile.Open(trained.Folder.File("lorenz")).Error!;
        for (var k = 0; k < 3; k++)
        {
            var (own, with) = (plain.Observations[k].Error.StandardDeviations[0], widened.Observations[k].Error.StandardDeviations[0]);
            var place = new FieldPlace(0, widened.Problem.System.Fields.PointOf(new[] { 0, 4, 2 }[k])!.Value);
            Assert.Equal(0.2, own, 1e-12);
            Assert.Equal(0.04 + error.FactorAt(new[] { 0.1, 0.25, 0.4 }[k]) * error.VariancesAt([place])[0], with * with, 1e-12);
        }
        const string Twin = "name: twin\nsystem: { kind: surrogate, file: lorenz, error: true }\ntime: { step: 0.1, cycles: 3 }\nobservations: { every: 0.1, noise: 0.1 }\nmethods: [{ kind: etkf, members: 5 }]\n";
        Assert.Contains("system.error: where a surrogate makes the truth", Assert.Throws<InputException>(() => Preparation.Prepare(Load(Twin).Config, trained.Folder.Path, climatology: false)).Message, StringComparison.Ordinal);
        var refused = Assert.Throws<InputException>(() => Load(Twin.Replace("error: true", "error: -1", StringComparison.Ordinal)));
        Assert.Contains("expected 0 or more", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Errors of observations far below those of the surrogate.</summary>
    private static string Experiment(string surrogate) => $$"""
        name: latent
        seed: 4
        system: { {{TrainedLorenz.System}} }
        time: { step: 0.05, cycles: 9, trajectories: 8 }
        observations: { every: 0.1, noise: 0.01 }
        background: { {{TrainedLorenz.Start}} }
        methods: [{ name: a, kind: etkf, members: 30, {{surrogate}} }]
        """;

    private ExperimentFile Load(string text) => Assert.Single(ExperimentFile.Load(trained.Folder.Write("loaded.yaml", text), null, []));

    private JsonNode Run(string text, string to)
    {
        trained.Folder.Write("run.yaml", text);
        trained.Folder.Run("run.yaml", to);
        return JsonNode.Parse(trained.Folder.Summary(to))!["methods"]![0]!;
    }

    private void Copy(string to)
    {
        Directory.CreateDirectory(trained.Folder.File(to));
        foreach (var file in Directory.GetFiles(trained.Folder.File("lorenz")))
            File.Copy(file, trained.Folder.File(to, Path.GetFileName(file)), overwrite: true);
    }
}
