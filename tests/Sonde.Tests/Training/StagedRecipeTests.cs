using System.Numerics;
using System.Text.Json.Nodes;
using Sonde.Calculus;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Running;
using Sonde.Experiments.Training;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Tests.Files;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Training;

/// <summary>The seam that learned methods use: several networks, several stages, one vector of weights.</summary>
public sealed class StagedRecipeTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Stages_go_on_from_one_another_and_networks_are_written_under_their_names()
    {
        var outcome = Train("out", new());
        Assert.Equal(["both", "decoder"], outcome.Summary.Stages.Select(stage => stage.Name));
        Assert.InRange(outcome.Summary.Stages[1].Loss, 0, 0.9 * outcome.Summary.Stages[0].Loss);
        Assert.Equal(outcome.Summary.Stages[1].Loss, outcome.Summary.Scores["curve"]["loss"], 0.3 * outcome.Summary.Stages[1].Loss);
        var file = SafetensorsFile.Open(folder["out/model.safetensors"]);
        Assert.Equal(["encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Contains("\"latent\": 6", File.ReadAllText(folder["out/model.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_stage_holds_constant_does_not_move()
    {
        Train("both", new() { Stages = 1 });
        Train("out", new());
        Assert.Equal(Read("both", "encoder.weight", 6), Read("out", "encoder.weight", 6));
        Assert.NotEqual(Read("both", "decoder.weight", 6), Read("out", "decoder.weight", 6));
    }

    [Fact]
    public void A_training_that_was_stopped_in_a_later_stage_goes_on_to_the_same_bits()
    {
        Train("straight", new());
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train("resumed", new() { AtLossOfStage2 = stop.Cancel }, request => request with { Cancel = stop.Token }));
        Train("resumed", new(), request => request with { Resume = true });
        Assert.Equal(File.ReadAllBytes(folder["straight/model.safetensors"]), File.ReadAllBytes(folder["resumed/model.safetensors"]));
        Assert.Equal(File.ReadAllText(folder["straight/losses.csv"]), File.ReadAllText(folder["resumed/losses.csv"]));
    }

    private float[] Read(string name, string tensor, int count)
    {
        var values = new float[count];
        SafetensorsFile.Open(folder[$"{name}/model.safetensors"]).Read(tensor, values.AsSpan());
        return values;
    }

    private TrainingOutcome Train(string name, Halves recipe, Func<RunRequest, RunRequest>? change = null)
    {
        File.WriteAllText(folder["a.yaml"], "name: halves\nkind: halves\n");
        var request = new RunRequest(folder["a.yaml"]) { Out = folder[name] };
        return TrainingRunner.Run(new TrainingJob("halves", recipe, Seed: 3), YamlFile.Read(folder["a.yaml"]), change?.Invoke(request) ?? request);
    }

    /// <summary>A sine by an encoder and a decoder; the second stage trains the decoder alone.</summary>
    private sealed record Halves : IRecipe
    {
        public int Stages { get; init; } = 2;

        public Action? AtLossOfStage2 { get; init; }

        public ITrainable<T> Prepare<T>(RecipeContext context) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new Trainable<T>(Stages, AtLossOfStage2);
    }

    private sealed class Trainable<T> : ITrainable<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private const int Latent = 6;
        private readonly SineFit<T> fit = new();
        private readonly DenseLayer<T> encoder = new(1, Latent, Activation.Tanh), decoder = new(Latent, 1);

        public Trainable(int stages, Action? atLossOfStage2)
        {
            var (learned, heldOut) = SampleSplit.Random(SineFit<T>.Samples, 0.2, new RandomSource(1));
            var how = new TrainingConfig(Schedule: new ConstantRate(0.01), Epochs: 30, Batch: 10);
            Stages =
            [
                new("both", how, new(learned, (w, samples, _) => Loss(w, samples, false), heldOut)),
                .. stages < 2 ? Array.Empty<TrainingStage<T>>() :
                [
                    new("decoder", how with { Epochs = 20 }, new(learned, (w, samples, random) =>
                    {
                        if (random.Step == 40)
                            atLossOfStage2?.Invoke();
                        return Loss(w, samples, true);
                    }, heldOut, (w, samples, _) => Loss(w, samples, true))),
                ],
            ];
        }

        public IReadOnlyList<NamedNetwork<T>> Networks => [new("encoder", encoder), new("decoder", decoder)];

        public IReadOnlyList<TrainingStage<T>> Stages { get; }

        public JsonObject Describe() => new() { ["latent"] = Latent };

        public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Score(Matrix<T> weights)
        {
            var loss = new MeanLoss<T>(weights.Width, SineFit<T>.Samples, (w, samples, _) => Loss(w, samples, true), new RandomSource(1), Workers.One);
            return new Dictionary<string, IReadOnlyDictionary<string, double>>
            {
                ["curve"] = new Dictionary<string, double> { ["loss"] = loss.Evaluate([.. weights.Values.ToArray().Select(double.CreateChecked)], new double[weights.Width]) },
            };
        }

        public void Write(string folder, Matrix<T> weights)
        {
        }

        private Variable<T> Loss(Variable<T> weights, ReadOnlySpan<int> samples, bool holdsEncoder)
        {
            var first = weights.View(0, 1, encoder.WeightCount);
            if (holdsEncoder)
                first = weights.Tape.Constant(first.Value);
            var latent = encoder.Apply(SampleLoss.Rows(weights.Tape, fit.X, samples), first, Pass.Deterministic);
            var y = decoder.Apply(latent, weights.View(encoder.WeightCount, 1, decoder.WeightCount), Pass.Deterministic);
            return T.CreateChecked(1.0 / samples.Length) * (y - SampleLoss.Rows(weights.Tape, fit.Y, samples)).SumOfSquares();
        }
    }
}
