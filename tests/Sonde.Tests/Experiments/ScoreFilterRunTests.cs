using Sonde.Experiments;

namespace Sonde.Tests.Experiments;

/// <summary>Score filters behind learned encoders inside ordinary experiments, in a surrogate's latent rows and in the full state.</summary>
public sealed class ScoreFilterRunTests(TrainedLorenz trained) : IClassFixture<TrainedLorenz>
{
    private const string Methods = """
          - { kind: ld-ensf, members: 20, surrogate: lorenz, hidden: 16, training: { trajectories: 60, epochs: 60, batch: 20, rate: 0.01, noise: true } }
          - { kind: latent-ensf, members: 12, channels: 4, training: { trajectories: 20, epochs: 6, batch: 16, rate: 0.004 } }

        """;

    [Fact]
    public void A_latent_run_finds_the_forcing_from_truths_of_the_model_and_a_full_run_follows_the_state()
    {
        var summary = Run("found", Methods, threads: 1).Summary!;
        var (latent, full) = (summary.Methods[0], summary.Methods[1]);
        Assert.InRange(latent.ParameterRmse["forcing"], 0, 0.35);                // a uniform number between 7 and 9 has a deviation of 0.58
        Assert.InRange(latent.Rmse, 0, 0.5);                                    // the deviation of the fields over forcings is about 1
        Assert.True(latent.TrainingSeconds > 0 && full.TrainingSeconds > 0);
        Assert.True(double.IsFinite(full.Rmse), full.Reason);
        Assert.True(File.Exists(trained.Folder.File("found", "weights", "ld-ensf.safetensors")));
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 110)]
    public void A_run_that_is_stopped_anywhere_and_resumed_ends_with_the_same_bits(int threads, int reports)
    {
        Run("whole", Methods, threads: 1);
        Assert.True(trained.Folder.RunInPieces("whole.yaml", $"pieces{threads}", reports, threads) >= 2);
        Assert.Equal(trained.Folder.Summary("whole"), trained.Folder.Summary($"pieces{threads}"));
        foreach (var name in new[] { "ld-ensf", "latent-ensf" })
            Assert.Equal(File.ReadAllBytes(trained.Folder.File("whole", "weights", $"{name}.safetensors")), File.ReadAllBytes(trained.Folder.File($"pieces{threads}", "weights", $"{name}.safetensors")));
    }

    [Fact]
    public void Weights_from_a_file_stand_in_for_a_training()
    {
        Run("trained", Methods, threads: 1);
        var text = Methods;
        foreach (var kind in new[] { "ld-ensf", "latent-ensf" })
            text = text.Replace($"kind: {kind},", $"kind: {kind}, weights: trained/weights/{kind}.safetensors,", StringComparison.Ordinal);
        Assert.All(Run("again", text, threads: 1).Summary!.Methods, method => Assert.Null(method.TrainingSeconds));
        Assert.Equal(trained.Folder.Summary("trained").Replace("trained", "again", StringComparison.Ordinal), trained.Folder.Summary("again"));
        var narrow = text.Replace("hidden: 16", "hidden: 8", StringComparison.Ordinal);
        Assert.Contains("is [64, 4] where [32, 4] was expected", Assert.Throws<InputException>(() => Run("narrow", narrow, threads: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_changes_is_refused_with_the_method_and_its_line()
    {
        var refusal = Assert.Throws<InputException>(() => Run("moving", Methods, threads: 1, locations: "{ random: 4, redraw: true }"));
        Assert.Contains("method 'ld-ensf' cannot be trained here: An encoder reads the same places at each time, but other places or quantities are observed at observation times 0 and 1.", refusal.Message, StringComparison.Ordinal);
    }

    private Sonde.Experiments.Running.RunOutcome Run(string name, string methods, int threads, string locations = "{ stride: 2 }")
    {
        trained.Folder.Write($"{name}.yaml", $$"""
            name: {{name}}
            seed: 5
            system: { {{TrainedLorenz.System}} }
            time: { step: 0.05, cycles: 8, trajectories: 4 }
            observations: { every: 0.1, noise: 0.1, locations: {{locations}} }
            background: { {{TrainedLorenz.Start}} }
            output: { checkpointSeconds: 0 }
            methods:

            """ + methods);
        return trained.Folder.Run($"{name}.yaml", name, threads);
    }
}
