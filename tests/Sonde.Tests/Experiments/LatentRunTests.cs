using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Running;
using Sonde.Experiments.Training;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Tests.Experiments;

/// <summary>Methods that run in the latent rows of a trained surrogate inside ordinary experiments.</summary>
public sealed class LatentRunTests(TrainedLorenz trained) : IClassFixture<TrainedLorenz>
{
    private const string Observed = "every: 0.1, noise: 0.1, locations: { stride: 2 }";

    private const string Methods = """
          - { name: latent, kind: etkf, members: 20, surrogate: lorenz }
          - { name: smoother, kind: 4denvar, members: 20, window: 3, surrogate: { file: lorenz } }
          - { name: gauss, kind: 4dvar, background: prior, window: 9, iterations: 20, surrogate: lorenz }
          - { name: full, kind: etkf, members: 20 }

        """;

    [Fact]
    public void Latent_and_full_methods_stand_in_one_table_and_find_the_forcing()
    {
        Assert.InRange(trained.Error, 0, 0.1);
        var root = Run(Experiment(Observed, Methods), "table");
        foreach (var method in root["methods"]!.AsArray())
        {
            var isLatent = (string)method!["name"]! != "full";
            Assert.Equal(isLatent, method["decodingSeconds"] is not null);
            Assert.InRange((double)method["rmse"]!, 0, 0.4);                    // the deviation of the fields over forcings is about 1
            Assert.InRange((double)method["parameterRmse"]!["forcing"]!, 0, 0.4);
            Assert.InRange((double)method["crps"]!, 0, 0.3);
        }
        Assert.True(File.Exists(trained.Folder.File("table", "report.data")));
        Assert.Equal(8 * 8 * 4, Prepared(Experiment(Observed, Methods)).Observations.Sum(o => o.Count) * 8);
    }

    [Fact]
    public void The_scores_are_those_of_decoded_members_of_the_library()
    {
        const int Members = 12;
        var root = Run(Experiment(Observed, "  - { name: latent, kind: etkf, members: 12, surrogate: lorenz }\n"), "library");
        var prepared = Prepared(Experiment(Observed, "  - { name: latent, kind: etkf, members: 12, surrogate: lorenz }\n"));
        var surrogate = SurrogateFile.Open(trained.Folder.File("lorenz"));
        var own = new LatentPreparation(prepared, trained.Folder.Path).For(Entry());
        var recorder = new MemberRecorder();
        var cycle = new Cycle(new EnsembleFilter(new Etkf(), Members), own.Problem, own.Prior, own.Observations, recorder, prepared.Random.Fork("method").Fork("latent"), Workers.One);
        while (cycle.Advance())
        {
        }
        var (members, sum) = (new Matrix<double>(Members, surrogate.Fields.FieldWidth), 0.0);
        for (var k = 0; k < prepared.Times; k++)
        {
            surrogate.Decode(recorder.Members[k], members);
            var mean = new double[members.Width];
            Moments.Mean(members, [], mean);
            sum += TensorPrimitives.Distance<double>(mean, prepared.Truth![k][..8]) / Math.Sqrt(8);
        }
        Assert.Equal(sum / prepared.Times, (double)root["methods"]![0]!["rmse"]!, 1e-12);
    }

    [Theory]
    [InlineData("etkf, members: 10")]
    [InlineData("etks, members: 10, lag: 3")]
    [InlineData("4denvar, members: 10, window: 3")]
    [InlineData("free-run, members: 10")]
    public void In_the_surrogate_that_is_the_system_itself_a_method_is_what_it_is(string method)
    {
        var twin = $$"""
            name: twin
            seed: 4
            system: { kind: surrogate, file: lorenz }
            time: { step: 0.1, cycles: 8 }
            observations: { {{Observed}} }
            methods:
              - { name: a, kind: {{method}} }
            """;
        trained.Folder.Write("own.yaml", twin);
        trained.Folder.Write("through.yaml", twin.Replace("kind: " + method, $"kind: {method}, surrogate: lorenz", StringComparison.Ordinal));
        trained.Folder.Run("own.yaml", "own");
        trained.Folder.Run("through.yaml", "through");
        var (own, through) = (JsonNode.Parse(trained.Folder.Summary("own"))!["methods"]![0]!, JsonNode.Parse(trained.Folder.Summary("through"))!["methods"]![0]!);
        foreach (var score in new[] { "rmse", "spread", "crps", "forecastRmse" })
            Assert.Equal((double)own[score]!, (double)through[score]!, 1e-12);
        Assert.InRange((double)own["rmse"]!, 1e-4, 1);
    }

    [Fact]
    public void Observations_come_at_any_time_and_from_any_place_that_moves()
    {
        const string Irregular = "times: { random: 9, until: 0.95 }, noise: 0.1, locations: { random: 3, redraw: true }";
        var prepared = Prepared(Experiment(Irregular, Methods));
        Assert.Contains(prepared.Observations, o => o.At.Fraction > 0.01);
        var entry = Entry() with { Surrogate = new SurrogateSetup("lorenz", Error: new OwnError(0)) };
        var own = new LatentPreparation(prepared, trained.Folder.Path).For(entry);
        for (var k = 0; k < own.Observations.Count; k++)
        {
            var (there, here) = (own.Observations[k], prepared.Observations[k]);
            Assert.Equal(prepared.Problem.Grid.TimeOf(here.At), own.Problem.Grid.TimeOf(there.At), 1e-12);
            Assert.Equal((here.Values, here.Error), (there.Values, there.Error));
            // what is read of a latent row is what is read of its fields
            var (row, fields) = (new Matrix<double>(1, own.Problem.System.Width), new Matrix<double>(1, 9));
            own.Prior.Sample(row, new RandomSource(k));
            own.View!.Decode(row, fields, Workers.One);
            var (latent, full) = (new double[here.Count], new double[here.Count]);
            there.Operator.Apply(row, new Batch<double>(latent));
            here.Operator.Apply(fields, new Batch<double>(full));
            for (var i = 0; i < latent.Length; i++)
                Assert.Equal(full[i], latent[i], 1e-12);
        }
        var root = Run(Experiment(Irregular, Methods).Replace("cycles: 8", "cycles: 8, burnIn: 4", StringComparison.Ordinal), "irregular");
        Assert.All(root["methods"]!.AsArray(), method => Assert.InRange((double)method!["rmse"]!, 0, 0.4));      // between steps the latent state moves on a straight line
        Assert.All(root["methods"]!.AsArray().Where(method => (string)method!["name"]! is "smoother" or "full"), method =>
            Assert.InRange((double)method!["parameterRmse"]!["forcing"]!, 0, 0.3));
    }

    [Fact]
    public void Neither_threads_nor_stops_change_a_bit()
    {
        trained.Folder.Write("bits.yaml", Experiment(Observed, Methods) + "output: { checkpointSeconds: 0 }\n");
        trained.Folder.Run("bits.yaml", "one");
        trained.Folder.Run("bits.yaml", "two", threads: 2);
        Assert.True(trained.Folder.RunInPieces("bits.yaml", "pieces", reports: 5) > 3);
        Assert.Equal(trained.Folder.Summary("one"), trained.Folder.Summary("two"));
        Assert.Equal(trained.Folder.Summary("one"), trained.Folder.Summary("pieces"));
    }

    [Fact]
    public void A_Gaussian_is_decoded_by_its_tangent()
    {
        var own = new LatentPreparation(Prepared(Experiment(Observed, Methods)), trained.Folder.Path).For(Entry());
        var moments = own.Prior.Moments();
        var narrow = moments.Covariance!.Copy();
        TensorPrimitives.Multiply<double>(narrow.Values, 1e-6, narrow.Values);
        var decoded = own.View!.Decode(new GaussianBelief(moments.MeanState, narrow));
        var members = new Matrix<double>(4000, own.Problem.System.Width);
        new GaussianPrior(moments.MeanState, narrow).Sample(members, new RandomSource(1));
        var fields = own.View.Decode(members, Workers.One);
        var (mean, sampled, variance) = (new double[9], new double[9], new double[9]);
        Moments.Mean(fields, [], mean);
        Moments.Variance(fields, [], mean, sampled);
        decoded.Variance(variance);
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(decoded.MeanState[i], mean[i], 1e-3);
            Assert.InRange(sampled[i] / variance[i], 0.85, 1.15);
        }
    }

    [Fact]
    public void Truths_and_priors_fill_the_bounds_of_a_uniform_parameter()
    {
        var prepared = Prepared(Experiment(Observed, Methods).Replace("cycles: 8", "cycles: 2, trajectories: 200", StringComparison.Ordinal));
        double[] truths = [.. Enumerable.Range(0, 200).Select(k => prepared.Truth![2 * k, 8])];
        var members = new Matrix<double>(200, 9);
        prepared.Prior.Sample(members, new RandomSource(3));
        double[] drawn = [.. Enumerable.Range(0, 200).Select(n => members[n, 8])];
        foreach (var values in new[] { truths, drawn })
        {
            Assert.All(values, value => Assert.InRange(value, 7, 9));
            Assert.InRange(values.Min(), 7, 7.05);
            Assert.InRange(values.Max(), 8.95, 9);
            Assert.InRange(values.Average(), 7.9, 8.1);                         // ± 0.04
        }
        Assert.Empty(truths.Intersect(drawn));
        Assert.Equal(1.0 / 3, prepared.Prior.Moments().Covariance![8, 8], 1e-12);
    }

    public static TheoryData<string, string, string> Misfits => new()
    {
        { "surrogate: lorenz }", "surrogate: nowhere }", "nowhere" },
        { "size: 8, estimate: [{ name: forcing, least: 7, greatest: 9 }]", "size: 8", "It was trained with the parameter 'forcing', which is none of the system's own" },
        { "kind: lorenz96, size: 8", "kind: two-level-lorenz96, size: 8", "is no" },
        { "surrogate: lorenz", "surrogate: { file: lorenz, modelErorr: 1 }", "did you mean 'modelError'?" },
        { "least: 7, greatest: 9", "least: 7", "expected sd, with or without a mean, or least and greatest" },
        { "least: 7, greatest: 9", "least: 9, greatest: 7", "the bounds must be finite and rising" },
        { "least: 7, greatest: 9", "least: 7, greatest: 9, sd: 1", "expected sd, with or without a mean, or least and greatest" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void What_does_not_fit_is_told_in_one_sentence(string from, string to, string sentence)
    {
        var text = Experiment(Observed, "  - { name: latent, kind: etkf, members: 20, surrogate: lorenz }\n");
        Assert.Contains(from, text, StringComparison.Ordinal);
        text = text.Replace(TrainedLorenz.Start, "kind: prior", StringComparison.Ordinal);
        trained.Folder.Write("misfit.yaml", text.Replace(from, to, StringComparison.Ordinal));
        var error = Assert.Throws<InputException>(() => trained.Folder.Run("misfit.yaml", "misfit"));
        Assert.Contains(sentence, Assert.Single(error.Sentences), StringComparison.Ordinal);
        Assert.False(Directory.Exists(trained.Folder.File("misfit", "checkpoint")));
    }

    [Fact]
    public void A_truth_beyond_what_was_trained_is_told()
    {
        var prepared = Prepared(Experiment(Observed, Methods).Replace("least: 7, greatest: 9", "least: 11, greatest: 12", StringComparison.Ordinal).Replace("cycles: 8", "cycles: 14", StringComparison.Ordinal));
        var notes = new LatentPreparation(prepared, trained.Folder.Path).For(Entry()).Notes;
        Assert.Contains(notes, note => note.StartsWith("latent: the true forcing is 11", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("the last observation is at 1.4, but the surrogate was trained on times up to 1 alone", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("100 % of it far beyond the range", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_observations_is_assimilated_with_a_surrogate_alone()
    {
        var prepared = Prepared(Experiment("every: 0.1, noise: 0.2", Methods));
        var lines = new List<string> { "time,field,x,value,error" };
        foreach (var observation in prepared.Observations)
            for (var i = 0; i < observation.Count; i += 2)
                lines.Add(FormattableString.Invariant($"{prepared.Problem.Grid.TimeOf(observation.At):R},x,{i},{observation.Values.Span[i]:R},0.2"));
        trained.Folder.Write("readings.csv", string.Join('\n', lines));
        trained.Folder.Write("job.yaml", """
            name: job
            system: { kind: surrogate, file: lorenz }
            time: { step: 0.1 }
            observations: { file: readings.csv, qualityControl: { backgroundCheck: { threshold: 5 } } }
            methods: [{ kind: etkf, members: 30 }]
            """);
        trained.Folder.Run("job.yaml", "job");
        var ensemble = JsonNode.Parse(File.ReadAllText(trained.Folder.File("job", "summary.json")))!;
        Assert.Equal(32, (int)ensemble["observations"]!["x"]!["used"]!);
        var forcing = File.ReadLines(trained.Folder.File("job", "diagnostics.csv")).ToArray();
        var column = Array.IndexOf(forcing[0].Split(','), "forcing.mean");
        Assert.Equal(prepared.Truth![0, 8], double.Parse(forcing[^1].Split(',')[column], System.Globalization.CultureInfo.InvariantCulture), 0.3);
    }

    private static string Experiment(string observations, string methods) => $$"""
        name: latent
        seed: 4
        system: { {{TrainedLorenz.System}} }
        time: { step: 0.05, cycles: 8 }
        observations: { {{observations}} }
        background: { {{TrainedLorenz.Start}} }
        methods:
        {{methods}}
        """;

    private JsonNode Run(string text, string to)
    {
        trained.Folder.Write("run.yaml", text);
        trained.Folder.Run("run.yaml", to);
        return JsonNode.Parse(File.ReadAllText(trained.Folder.File(to, "summary.json")))!;
    }

    private PreparedExperiment Prepared(string text)
    {
        var file = Assert.Single(ExperimentFile.Load(trained.Folder.Write("prepared.yaml", text), null, []));
        return Preparation.Prepare(file.Config, trained.Folder.Path, climatology: false);
    }

    private static MethodEntry Entry() =>
        new("latent", "etkf", new EnsembleFilter(new Etkf(), 20), ConfigNode.Mapping()) { Surrogate = new SurrogateSetup("lorenz") };

    private sealed class MemberRecorder : IAnalysisObserver
    {
        public List<Matrix<double>> Members { get; } = [];

        public void OnAnalysis(Observation observation, IBelief belief) => Members.Add(((EnsembleBelief)belief).Members.Copy());
    }
}
