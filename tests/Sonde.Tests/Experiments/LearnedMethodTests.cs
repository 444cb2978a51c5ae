using System.Text.Json.Nodes;
using Sonde.Assimilation;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Running;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Experiments;

/// <summary>Methods that are trained before they run.</summary>
public sealed class LearnedMethodTests
{
    private const string Text = """
        name: learned
        seed: 4
        system: { kind: lorenz63 }
        time: { step: 0.025, spinUp: 10, cycles: 4, trajectories: 30 }
        observations: { every: 0.05, fields: [x], locations: { scattered: [2, 3] }, noise: 0.5 }
        background: { kind: prior, sd: 8, mean: 0 }
        output: { checkpointSeconds: 0 }
        methods:
          - { kind: free-run, members: 10 }
          - { name: reader, kind: linear-reader, trajectories: 96, epochs: 20, rate: 0.05 }

        """;

    [Fact]
    public void A_learned_method_is_trained_scored_and_saved()
    {
        using var folder = Folder();
        var summary = folder.Run("learned.yaml", "out").Summary!;
        var (free, reader) = (summary.Methods[0], summary.Methods[1]);
        Assert.Null(free.TrainingSeconds);
        Assert.True(reader.TrainingSeconds > 0);
        Assert.True(reader.NormalizedRmse < 0.8 * free.NormalizedRmse, $"{reader.NormalizedRmse} against {free.NormalizedRmse}");
        Assert.InRange(reader.SpreadErrorRatio, 0.5, 1.5);
        var file = SafetensorsFile.Open(folder.File("out", "weights", "reader.safetensors"));
        Assert.Equal(["network.weight", "network.bias", "statistics.spread"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([12L, 24L], file.Tensors[0].Shape);
        var sidecar = JsonNode.Parse(File.ReadAllText(folder.File("out", "weights", "reader.json")))!;
        Assert.Equal("linear-reader", sidecar["method"]!.GetValue<string>());
        Assert.Equal(12 * 25, sidecar["count"]!.GetValue<int>());
        Assert.Equal(["fit", "refine"], sidecar["stages"]!.AsArray().Select(stage => stage!["name"]!.GetValue<string>()));
        Assert.Equal(20, sidecar["stages"]![0]!["epochs"]!.GetValue<int>());
        Assert.Equal(0.05, sidecar["settings"]!["rate"]!.GetValue<double>());
    }

    [Fact]
    public void What_is_trained_on_is_never_what_is_tested_on()
    {
        LinearReader.Heard.Value = [];
        using var folder = Folder();
        folder.Run("learned.yaml", "out");
        var (heard, tested) = (LinearReader.Heard.Value, Preparation.Prepare(Load(folder)[0].Config, folder.Path, climatology: false));
        LinearReader.Heard.Value = null;
        Assert.Equal(96, heard.Count);
        Assert.Equal(96, heard.Select(twin => twin.Truth[0]).Distinct().Count());
        var truths = Enumerable.Range(0, 30).Select(k => tested.Truth![4 * k, 0]).ToHashSet();
        var readings = tested.Observations.SelectMany(o => o.Values.ToArray()).Select(y => (double)(float)y).ToHashSet();
        Assert.DoesNotContain(heard, twin => truths.Contains(twin.Truth[0]));
        Assert.DoesNotContain(heard, twin => twin.Inputs.Where((x, i) => i % 2 == 0 && x != 0).Any(readings.Contains));
        Assert.All(heard, twin => Assert.InRange(twin.Inputs.Where((_, i) => i % 2 == 1).Sum(), 2, 3));
    }

    [Theory]
    [InlineData(1, 37)]
    [InlineData(2, 150)]
    public void A_training_that_is_stopped_and_resumed_ends_with_the_same_bits(int threads, int reports)
    {
        using var folder = Folder();
        folder.Run("learned.yaml", "whole");
        Assert.True(folder.RunInPieces("learned.yaml", "pieces", reports, threads) >= 2);
        Assert.Equal(folder.Summary("whole"), folder.Summary("pieces"));
        Assert.Equal(
            File.ReadAllBytes(folder.File("whole", "weights", "reader.safetensors")), File.ReadAllBytes(folder.File("pieces", "weights", "reader.safetensors")));
    }

    [Fact]
    public void Weights_from_a_file_stand_in_for_a_training()
    {
        using var folder = Folder();
        folder.Run("learned.yaml", "out");
        folder.Write("again.yaml", Text.Replace("name: reader,", "name: reader, weights: out/weights/reader.safetensors,", StringComparison.Ordinal));
        var again = folder.Run("again.yaml", "again").Summary!.Methods[1];
        Assert.Null(again.TrainingSeconds);
        Assert.Equal(folder.Summary("out"), folder.Summary("again"));
        Assert.False(Directory.Exists(folder.File("again", "weights")));
        Assert.Contains("weights: out/weights/reader.safetensors", File.ReadAllText(folder.File("again", "experiment.yaml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cycles: 4", "cycles: 5", "tensor 'network.weight' is [12, 24] where [15, 30] was expected")]
    [InlineData("reader.safetensors", "writer.safetensors", "There is no file")]
    public void Weights_that_do_not_fit_are_refused_before_anything_runs(string from, string to, string sentence)
    {
        using var folder = Folder();
        folder.Run("learned.yaml", "out");
        folder.Write("again.yaml", Text.Replace("name: reader,", "name: reader, weights: out/weights/reader.safetensors,", StringComparison.Ordinal).Replace(from, to, StringComparison.Ordinal));
        var refusal = Assert.Throws<InputException>(() => folder.Run("again.yaml", "again"));
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.Single(refusal.Sentences);
        Assert.False(File.Exists(folder.File("again", "summary.json")));
    }

    [Fact]
    public void What_another_method_has_learned_is_refused()
    {
        using var folder = new RunFolder(Kinds().Add<IAssimilationMethod, LinearReader>("other-reader"));
        folder.Write("learned.yaml", Text);
        folder.Run("learned.yaml", "out");
        folder.Write("again.yaml", Text.Replace("kind: linear-reader", "kind: other-reader, weights: out/weights/reader.safetensors", StringComparison.Ordinal));
        Assert.EndsWith(
            "holds what a method of kind 'linear-reader' has learned; expected 'other-reader'.", Assert.Throws<InputException>(() => folder.Run("again.yaml", "again")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_learned_of_the_model_stands_beside_the_truth_s_own()
    {
        using var folder = new RunFolder();
        folder.Write("forcing.yaml", """
            name: forcing
            system: { kind: lorenz96, size: 8, forcing: 7 }
            truth: { kind: lorenz96, size: 8, forcing: 8 }
            time: { step: 0.02, spinUp: 2, cycles: 40 }
            observations: { every: 0.02, noise: 0.5 }
            methods:
              - kind: vi-coda
                halfWindow: 3
                rollout: 3
                network: { kind: window-convolutions, channels: 4, dilations: [], kernel: 1, averages: 2 }
                training: { length: 200, epochs: 1, batch: 8, span: 2 }
                learn: [{ name: forcing, rate: 0.05 }]

            """);
        var learned = folder.Run("forcing.yaml", "out").Summary!.Methods[0].Learned!["forcing"];
        Assert.Equal(8, learned.Truth);
        Assert.InRange(learned.Value, 6, 9);
        Assert.Equal((learned.Value - 8) / 8, learned.Bias);
    }

    [Fact]
    public void A_hybrid_starts_from_what_its_first_part_has_learned_here_or_before()
    {
        using var folder = Folder();
        const string hybrid = "  - { kind: hybrid, first: { kind: linear-reader, trajectories: 96, epochs: 20, rate: 0.05 }, then: { kind: 4dvar, window: 4, background: prior } }\n";
        folder.Write("hybrid.yaml", Text + hybrid);
        var trained = folder.Run("hybrid.yaml", "out").Summary!.Methods[2];
        Assert.True(trained.TrainingSeconds > 0);
        Assert.True(double.IsFinite(trained.Rmse), trained.Reason);
        folder.Write("again.yaml", Text + hybrid.Replace("kind: hybrid", "kind: hybrid, weights: out/weights/reader.safetensors", StringComparison.Ordinal));
        Assert.Equal(trained.Rmse, folder.Run("again.yaml", "again").Summary!.Methods[2].Rmse);
        folder.Write("none.yaml", Text + hybrid.Replace("linear-reader, trajectories: 96, epochs: 20, rate: 0.05", "free-run, members: 4", StringComparison.Ordinal)
            .Replace("kind: hybrid", "kind: hybrid, weights: a", StringComparison.Ordinal));
        Assert.Contains("no part of it learns", Assert.Throws<InputException>(() => folder.Run("none.yaml", "none")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Methods_share_a_training_wherever_they_stand(int threads)
    {
        using var folder = Folder();
        const string reader = "kind: linear-reader, trajectories: 96, epochs: 20, rate: 0.05, weights: { of: reader }";
        const string hybrid = "kind: hybrid, first: { kind: linear-reader, trajectories: 96, epochs: 20, rate: 0.05 }, then: { kind: 4dvar, window: 4, background: prior }, weights: { of: reader }";
        folder.Write("shared.yaml", Text.Replace("methods:\n", $"methods:\n  - {{ name: before, {reader} }}\n", StringComparison.Ordinal) + $"  - {{ name: after, {reader} }}\n  - {{ {hybrid} }}\n");
        var methods = folder.Run("shared.yaml", "out", threads: threads).Summary!.Methods;
        var own = methods.Single(method => method.Name == "reader");
        Assert.True(own.TrainingSeconds > 0);
        Assert.All(methods.Where(method => method != own), method => Assert.Null(method.TrainingSeconds));
        Assert.All(methods.Where(method => method.Kind == "linear-reader"), method => Assert.Equal(own.Rmse, method.Rmse));
        Assert.True(methods[^1].Rmse < own.Rmse);
        Assert.Equal(["reader.json", "reader.safetensors"], Directory.GetFiles(folder.File("out", "weights")).Select(Path.GetFileName).Order());
        var resolved = File.ReadAllText(folder.File("out", "experiment.yaml"));
        folder.Write("again.yaml", resolved);
        Assert.Equal(methods.Select(method => method.Rmse), folder.Run("again.yaml", "again").Summary!.Methods.Select(method => method.Rmse));
    }

    [Fact]
    public void A_shared_training_that_fails_fails_for_all()
    {
        using var folder = Folder();
        folder.Write("wild.yaml", Text.Replace("rate: 0.05", "rate: 1e30", StringComparison.Ordinal) + "  - { name: after, kind: linear-reader, trajectories: 96, epochs: 20, weights: { of: reader } }\n");
        var methods = folder.Run("wild.yaml", "out").Summary!.Methods;
        Assert.True(methods[2].Diverged);
        Assert.Equal(methods[1].Reason, methods[2].Reason);
    }

    [Theory]
    [InlineData("weights: { of: writer }", "method 'late' has weights of 'writer'; expected the name of a method of this file that is trained here")]
    [InlineData("weights: { of: late }", "method 'late' has weights of 'late'; expected the name of a method of this file that is trained here")]
    [InlineData("weights: { of: free-run }", "method 'late' has weights of 'free-run'; expected the name of a method of this file that is trained here")]
    [InlineData("weights: { from: reader }", "expected the name of a file of weights, or { of: NAME } with the name of a method that is trained here.")]
    [InlineData("weights: { of: reader }, training: { observations: { every: 0.1 } }", "stands beside weights of 'reader', whose training it shares; expected one of the keys.")]
    public void Trainings_that_cannot_be_shared_are_refused(string keys, string sentence)
    {
        using var folder = Folder();
        folder.Write("wrong.yaml", Text + $"  - {{ name: late, kind: linear-reader, {keys} }}\n");
        Assert.Contains(sentence, Assert.Throws<InputException>(() => folder.Run("wrong.yaml", "out")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_is_believed_as_it_is_or_with_its_factor_from_one_training()
    {
        using var folder = new RunFolder();
        const string settings = "kind: vi-coda, halfWindow: 3, rollout: 3, network: { kind: window-convolutions, channels: 4, dilations: [], kernel: 1, averages: 2 }";
        const string training = "training: { length: 400, epochs: 1, batch: 8, span: 2 }";
        const string head = "name: factor\nsystem: { kind: lorenz96, size: 8 }\ntime: { step: 0.02, spinUp: 2, cycles: 40 }\nobservations: { every: 0.02, noise: 0.5 }\nmethods:\n";
        folder.Write("factor.yaml", head + $"  - {{ name: plain, {settings}, recalibrate: none, weights: {{ of: scaled }} }}\n  - {{ name: scaled, {settings}, {training} }}\n");
        var methods = folder.Run("factor.yaml", "out").Summary!.Methods;
        Assert.Equal(methods[0].Rmse, methods[1].Rmse);
        var file = SafetensorsFile.Open(folder.File("out", "weights", "scaled.safetensors"));
        var factor = new double[1];
        file.Read<double>("statistics.variance factor", factor);
        Assert.InRange(Math.Abs(factor[0] - 1), 0.01, 1000);
        Assert.Equal(Math.Sqrt(factor[0]), methods[1].Spread / methods[0].Spread, 1e-6);
        folder.Write("refined.yaml", head + $"  - {{ name: scaled, {settings}, {training} }}\n  - {{ name: refined, {settings}, refinements: 2, weights: {{ of: scaled }} }}\n");
        Assert.Contains("expected a training with refinements.", Assert.Throws<InputException>(() => folder.Run("refined.yaml", "out3")).Message, StringComparison.Ordinal);
        folder.Write("without.yaml", head + $"  - {{ name: plain, {settings}, recalibrate: none, {training} }}\n  - {{ name: scaled, {settings}, weights: {{ of: plain }} }}\n");
        Assert.Contains("'variance factor'", Assert.Throws<InputException>(() => folder.Run("without.yaml", "out2")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_factor_is_found_for_weights_from_a_file_that_have_none()
    {
        using var folder = new RunFolder();
        const string settings = "kind: vi-coda, halfWindow: 3, rollout: 3, network: { kind: window-convolutions, channels: 4, dilations: [], kernel: 1, averages: 2 }, training: { length: 400, epochs: 1, batch: 8, span: 2 }";
        const string head = "name: factor\nsystem: { kind: lorenz96, size: 8 }\ntime: { step: 0.02, spinUp: 2, cycles: 40 }\nobservations: { every: 0.02, noise: 0.5 }\nmethods:\n";
        folder.Write("with.yaml", head + $"  - {{ name: scaled, {settings} }}\n");
        folder.Write("without.yaml", head + $"  - {{ name: plain, {settings}, recalibrate: none }}\n");
        folder.Write("later.yaml", head + $"  - {{ name: plain, {settings}, recalibrate: none, weights: out2/weights/plain.safetensors }}\n  - {{ name: scaled, {settings}, weights: out2/weights/plain.safetensors }}\n");
        var (scaled, plain) = (folder.Run("with.yaml", "out1").Summary!.Methods[0], folder.Run("without.yaml", "out2").Summary!.Methods[0]);
        var later = folder.Run("later.yaml", "out3").Summary!.Methods;
        Assert.Equal((plain.Spread, scaled.Spread), (later[0].Spread, later[1].Spread));
        Assert.NotEqual(plain.Spread, scaled.Spread);
    }

    [Fact]
    public void Equal_settings_learn_equal_weights()
    {
        using var folder = Folder();
        folder.Write("twice.yaml", Text + "  - { name: again, kind: linear-reader, trajectories: 96, epochs: 20, rate: 0.05 }\n");
        var methods = folder.Run("twice.yaml", "out", threads: 2).Summary!.Methods;
        Assert.Equal(methods[1].Rmse, methods[2].Rmse);
        Assert.Equal(File.ReadAllBytes(folder.File("out", "weights", "reader.safetensors")), File.ReadAllBytes(folder.File("out", "weights", "again.safetensors")));
    }

    [Fact]
    public void A_training_may_observe_otherwise_than_the_test()
    {
        LinearReader.Heard.Value = [];
        using var folder = Folder();
        folder.Write("dense.yaml", Text.Replace("rate: 0.05", "rate: 0.05, training: { observations: { locations: { scattered: 4 } }, system: { rho: 20 } }", StringComparison.Ordinal));
        folder.Run("dense.yaml", "out");
        var heard = LinearReader.Heard.Value;
        LinearReader.Heard.Value = null;
        Assert.All(heard, twin => Assert.Equal(4, twin.Inputs.Where((_, i) => i % 2 == 1).Sum()));
        Assert.InRange(heard.Average(twin => twin.Truth[2]), 15, 18.5);            // z settles about ρ − 1 and below
        Assert.Contains("training: { observations: { locations:", File.ReadAllText(folder.File("out", "experiment.yaml")).Replace("\n", " ", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_fails_is_reported_with_its_step_and_stops_no_other_method()
    {
        using var folder = Folder();
        folder.Write("wild.yaml", Text.Replace("rate: 0.05", "rate: 1e30", StringComparison.Ordinal));
        var outcome = folder.Run("wild.yaml", "out");
        var (free, reader) = (outcome.Summary!.Methods[0], outcome.Summary.Methods[1]);
        Assert.True(double.IsFinite(free.Rmse));
        Assert.True(reader.Diverged && outcome.AnyDiverged);
        Assert.Matches("^The training of 'reader' met a loss or gradient that is not finite at step [0-9]+ of 120 of its stage 'fit'", reader.Reason);
        Assert.True(double.IsNaN(reader.Rmse));
    }

    [Fact]
    public void Keys_of_a_training_belong_to_learned_methods_alone()
    {
        using var folder = Folder();
        folder.Write("wrong.yaml", Text.Replace("members: 10", "members: 10, weights: a.safetensors", StringComparison.Ordinal));
        Assert.Contains("'weights' is not a key of kind 'free-run'", Assert.Throws<InputException>(() => folder.Run("wrong.yaml", "out")).Message, StringComparison.Ordinal);
    }

    private static Kinds Kinds() => Catalog.Create().Add<IAssimilationMethod, LinearReader>("linear-reader");

    private static RunFolder Folder()
    {
        var folder = new RunFolder(Kinds());
        folder.Write("learned.yaml", Text);
        return folder;
    }

    private static IReadOnlyList<ExperimentFile> Load(RunFolder folder) => ExperimentFile.Load(folder.File("learned.yaml"), null, [], Kinds());
}
