using System.Text.Json;
using Sonde.Calculus;
using Sonde.Experiments;
using Sonde.Experiments.Files;
using Sonde.Experiments.Running;
using Sonde.Experiments.Training;
using Sonde.Numerics;
using Sonde.Tests.Files;

namespace Sonde.Tests.Training;

/// <summary>sonde train: from a table to weights, to the same bits however often it was stopped.</summary>
public sealed class TrainingRunnerTests : IDisposable
{
    private const string Sine = """
        name: sine
        seed: 4
        kind: regression
        data: { file: sine.csv, inputs: [x], targets: [y] }
        network: { kind: mlp, hidden: [16], dropout: 0.02 }
        training: { rate: 0.02, schedule: cosine, epochs: 60, batch: 8, average: 0.9, clip: 5, validation: 0.2, polish: { iterations: 40, round: 10 } }
        """;

    private readonly ScratchFolder folder = new();

    public TrainingRunnerTests() => File.WriteAllLines(folder["sine.csv"], ["x,y", .. Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{-3 + 0.1 * i},{20 + 5 * Math.Sin(-3 + 0.1 * i)}"))]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_sine_is_learned_from_a_table()
    {
        var outcome = Train(Sine, "out");
        Assert.Null(outcome.Failure);
        Assert.Equal(["finished", "finished"], outcome.Summary.Stages.Select(stage => stage.Ended));
        Assert.Equal((48, 12, 60), (outcome.Summary.Stages[0].Samples, outcome.Summary.Stages[0].HeldOut, outcome.Summary.Stages[0].Epochs));
        var scores = outcome.Summary.Scores["y"];
        Assert.InRange(scores["rmse"], 0, 0.5);
        Assert.InRange(scores["explained"], 0.98, 1);
        Assert.InRange(scores["deviation"], 2, 5);
        foreach (var file in new[] { "training.yaml", "model.json", "model.safetensors", "losses.csv", "predictions.csv", "summary.json" })
            Assert.True(File.Exists(folder[$"out/{file}"]), file);
        Assert.Equal(61, File.ReadAllLines(folder["out/predictions.csv"]).Length);
        Assert.Equal(1 + 60 + 1 + 4, File.ReadAllLines(folder["out/losses.csv"]).Length);
        using var model = JsonDocument.Parse(File.ReadAllText(folder["out/model.json"]));
        Assert.Equal(4, model.RootElement.GetProperty("seed").GetInt32());
        Assert.Equal(20, model.RootElement.GetProperty("targets").GetProperty("mean")[0].GetDouble(), 1.0);
        Assert.Equal(0.02, model.RootElement.GetProperty("settings").GetProperty("training").GetProperty("schedule").GetProperty("rate").GetDouble());
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 200)]
    [InlineData(2, 361)]
    public void A_training_that_was_stopped_goes_on_to_the_same_bits(int threads, int stopAfter)
    {
        Train(Sine, "straight");
        using var stop = new StopAfter(stopAfter);
        Assert.Throws<OperationCanceledException>(() => Train(Sine, "resumed", request => request with { Progress = stop, Cancel = stop.Token, Threads = threads }));
        Assert.False(File.Exists(folder["resumed/model.safetensors"]));
        Train(Sine, "resumed", request => request with { Resume = true, Threads = threads });
        Assert.Equal(File.ReadAllBytes(folder["straight/model.safetensors"]), File.ReadAllBytes(folder["resumed/model.safetensors"]));
        Assert.Equal(File.ReadAllText(folder["straight/losses.csv"]), File.ReadAllText(folder["resumed/losses.csv"]));
        Assert.Equal(File.ReadAllText(folder["straight/model.json"]), File.ReadAllText(folder["resumed/model.json"]));
        Train(Sine, "resumed", request => request with { Resume = true });                   // nothing is left to do
        Assert.Equal(File.ReadAllBytes(folder["straight/model.safetensors"]), File.ReadAllBytes(folder["resumed/model.safetensors"]));
    }

    [Fact]
    public void Another_training_is_not_resumed()
    {
        Train(Sine, "out", request => request with { Set = ["training.epochs=1", "training.polish=~"] });
        var refused = Assert.Throws<InputException>(() => Train(Sine, "out", request => request with { Resume = true }));
        Assert.EndsWith("is not the training to resume: settings differ; run without --resume, or into another folder with --out.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_told_and_the_weights_before_it_are_kept()
    {
        var outcome = Train(Sine, "out", request => request with { Set = ["training.optimizer=sgd", "training.rate=1e6", "training.clip=~", "network.activation=identity"] });
        Assert.StartsWith("training: the loss or its gradient was not finite at step ", outcome.Failure, StringComparison.Ordinal);
        Assert.Equal("not-finite", Assert.Single(outcome.Summary.Stages).Ended);
        var weights = new float[48 + 1];
        SafetensorsFile.Open(folder["out/model.safetensors"]).Read("0.weight", weights.AsSpan(0, 16));
        Assert.All(weights, weight => Assert.True(float.IsFinite(weight)));
    }

    [Fact]
    public void A_trained_model_is_read_back_and_predicts_in_the_units_of_the_data()
    {
        Train(Sine, "out");
        var model = RegressionModel.Open(folder["out"]);
        Assert.Equal(["x"], model.Inputs);
        var (x, y) = (new Matrix<double>(1, 1), new Matrix<double>(1, 1));
        x[0, 0] = 0.4;
        model.Map.Evaluate(x, y);
        Assert.Equal(20 + 5 * Math.Sin(0.4), y[0, 0], 0.5);
        var line = File.ReadAllLines(folder["out/predictions.csv"]).Single(one => one.Split(',')[0] == "34").Split(',');       // x = 0.4
        Assert.Equal(double.Parse(line[^1], System.Globalization.CultureInfo.InvariantCulture), y[0, 0], 1e-4);
        Assert.Contains("is of kind 'other'; expected regression", Assert.Throws<InputException>(() => RegressionModel.Open(Written("model.yaml", "kind: other"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_may_begin_from_weights_of_a_file()
    {
        Train(Sine, "first", request => request with { Set = ["training.polish=~"] });
        var second = Train(Sine, "second", request => request with { Set = ["start=first/model.safetensors", "training.rate=1e-9", "training.epochs=1", "training.average=~", "training.polish=~"] });
        var first = JsonDocument.Parse(File.ReadAllText(folder["first/summary.json"])).RootElement.GetProperty("stages")[0].GetProperty("heldOutLoss").GetDouble();
        Assert.Equal(first, second.Summary.Stages[0].HeldOutLoss, 1e-4 * first);
    }

    [Fact]
    public void Fields_of_arrays_are_learned_by_convolutions()
    {
        // y is x moved by one point on a ring: a circular convolution of three can say it exactly.
        var random = new RandomSource(5);
        var (x, y) = (new double[40 * 3 * 8], new double[40 * 3 * 8]);
        random.FillNormal(x);
        for (var i = 0; i < x.Length; i++)
            y[i] = 2 * x[i / 8 * 8 + (i + 7) % 8] + 1;
        string[] dimensions = ["trajectory", "time", "x"];
        DataFiles.Write(folder["fields.zarr"], new DataSet(
            [new("trajectory", 40), new("time", 3), new("x", 8)],
            [new(new("u", DataType.Real64, dimensions), x), new(new("v", DataType.Real64, dimensions), y)], []));
        var outcome = Train(
            """
            name: moved
            kind: regression
            precision: double
            data: { file: fields.zarr, inputs: [u], targets: [v], rows: 2, normalize: variables }
            network: { kind: convolution, border: circular }
            training: { epochs: 0, validation: { share: 0.25, choose: last }, polish: 100 }
            """, "out");
        Assert.Equal((90, 30), (outcome.Summary.Stages[1].Samples, outcome.Summary.Stages[1].HeldOut));
        Assert.Equal(4, outcome.Summary.Weights);
        Assert.InRange(outcome.Summary.Scores["v"]["rmse"], 0, 1e-5);
    }

    [Theory]
    [InlineData("data.inputs=[z]", "there is no column 'z'")]
    [InlineData("data.file=none.csv", "was not found; expected a CSV file")]
    [InlineData("network={ kind: dense, width: 2 }", "network: It writes 2 values; expected 1 values.")]
    [InlineData("training.rate=-1", "Rate is -1 but must be finite and above 0")]
    [InlineData("training.optimizer=adamm", "did you mean 'adam'?")]
    [InlineData("training.validation=0.999", "training.validation: Of 60 samples 60 would be held out and none left to learn from.")]
    [InlineData("training.validation=1", "training.validation is '1': A share of 0 or more and below 1 is held out.")]
    [InlineData("training.steps=10", "There are both epochs and steps; expected one of them.")]
    [InlineData("training.batch=0", "training.batch is '0': It must be 1 or more.")]
    [InlineData("training.schedule={ kind: cosine, rate: 0.1 }", "training.rate stands beside training.schedule.rate; expected one of them.")]
    [InlineData("kind=regresion", "did you mean 'regression'?")]
    [InlineData("data.rows=0", "1 or more dimensions number the samples, not 0.")]
    public void Bad_input_is_refused_in_one_sentence(string set, string part)
    {
        var refused = Assert.Throws<InputException>(() => Train(Sine, "out", request => request with { Set = [set] }));
        Assert.Contains(part, Assert.Single(refused.Sentences), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_value_that_is_missing_is_refused_or_left_out()
    {
        File.AppendAllLines(folder["sine.csv"], ["3.1,", "3.2,nan"]);
        Assert.Contains("line 62: y is empty; expected a number", Assert.Throws<InputException>(() => Train(Sine, "out")).Message, StringComparison.Ordinal);
        var outcome = Train(Sine, "out", request => request with { Set = ["data.missing=skip", "training.epochs=1", "training.polish=~"] });
        Assert.Equal(60, outcome.Summary.Stages[0].Samples + outcome.Summary.Stages[0].HeldOut);
    }

    private TrainingOutcome Train(string yaml, string name, Func<RunRequest, RunRequest>? change = null)
    {
        var request = new RunRequest(Written("train.yaml", yaml)) { Out = folder[name] };
        return TrainingRunner.Run(change?.Invoke(request) ?? request);
    }

    private string Written(string name, string text)
    {
        File.WriteAllText(folder[name], text);
        return folder[name];
    }
}
