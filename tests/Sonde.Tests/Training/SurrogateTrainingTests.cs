using Sonde.Experiments;
using Sonde.Experiments.Files;
using Sonde.Experiments.Running;
using Sonde.Experiments.Training;
using Sonde.Numerics;
using Sonde.Observing.Operators;
using Sonde.Tests.Files;

namespace Sonde.Tests.Training;

/// <summary>sonde train with kind ldnet: from trajectories to a system that carries latent rows and reads fields of them.</summary>
public sealed class SurrogateTrainingTests : IDisposable
{
    private const int Count = 12, Times = 15, Size = 16;
    private const double Interval = 0.3;

    /// <summary>Waves p sin(x + t): two modes that turn into each other. Linear latent dynamics from s = 0 need a third state, which holds p.</summary>
    private const string Waves = """
        name: waves
        seed: 2
        kind: ldnet
        precision: double
        data: { file: waves.zarr, periods: [6.283185307179586] }
        latent: { states: 3, step: 0.3, network: dense }
        decoder: { kind: separable, modes: 5, network: dense }
        training: { rate: 0.02, schedule: cosine, epochs: 200, batch: 12, validation: 0.25, polish: { iterations: 1500, round: 500 } }
        """;

    private readonly ScratchFolder folder = new();

    public SurrogateTrainingTests()
    {
        var (u, p) = (new double[Count * Times * Size], new double[Count]);
        for (var i = 0; i < Count; i++)
            for (var k = 0; k < Times; k++)
                for (var j = 0; j < Size; j++)
                    u[(i * Times + k) * Size + j] = Wave(p[i] = 1 + 0.1 * i, k * Interval, j * Math.Tau / Size);
        DataFiles.Write(folder["waves.zarr"], new DataSet(
            [new("trajectory", Count), new("time", Times), new("x", Size)],
            [
                Variable("time", [.. Enumerable.Range(0, Times).Select(k => k * Interval)], "time"),
                Variable("x", [.. Enumerable.Range(0, Size).Select(j => j * Math.Tau / Size)], "x"),
                Variable("amplitude", p, "trajectory"),
                Variable("u", u, "trajectory", "time", "x"),
            ]));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_linear_wave_is_learned_by_three_states_and_not_by_two()
    {
        var three = Train(Waves, "three").Summary.Scores["all fields"];
        var two = Train(Waves, "two", request => request with { Set = ["latent.states=2"] }).Summary.Scores["all fields"];
        Assert.InRange(three["relativeRmse"], 0, 1e-3);
        Assert.InRange(two["relativeRmse"], 0.1, 1);
        Assert.InRange(three["truncation"], 0, 1e-10);
    }

    [Fact]
    public void Two_states_are_enough_for_the_wave_where_the_parameters_start_them()
    {
        var scores = Train(Waves, "two", request => request with { Set = ["latent.states=2", "latent.start=dense"] }).Summary.Scores;
        Assert.InRange(scores["all fields"]["relativeRmse"], 0, 1e-3);
        Assert.Equal(scores["all fields"]["relativeRmse"], scores["u"]["relativeRmse"], 1e-12);        // the only field
        var surrogate = SurrogateFile.Open(folder["two"]);
        var (amplitude, rows, fields) = (new Matrix<double>(1, 1), new Matrix<double>(1, surrogate.Width), new Matrix<double>(1, Size));
        amplitude[0, 0] = 1.5;
        surrogate.Start(amplitude, rows);
        surrogate.Decode(rows, fields);
        for (var j = 0; j < Size; j++)
            Assert.Equal(Wave(1.5, 0, j * Math.Tau / Size), fields[0, j], 5e-3);
    }

    [Fact]
    public void Snapshots_that_stay_on_file_give_the_same_bits()
    {
        RunRequest Short(RunRequest request, string memory) => request with { Set = ["training.epochs=5", "training.polish=~", "decoder.sample=6", memory] };
        var held = Train(Waves, "held", request => Short(request, "data.memory=1")).Summary.Scores["all fields"];
        var read = Train(Waves, "read", request => Short(request, "data.memory=0")).Summary.Scores["all fields"];
        Assert.Equal(held, read);
        foreach (var file in new[] { "model.safetensors", "modes.safetensors" })
            Assert.Equal(File.ReadAllBytes(folder[$"held/{file}"]), File.ReadAllBytes(folder[$"read/{file}"]));
        const string Trunk = "decoder={ kind: separable, modes: 4, network: dense, trunk: dense }";
        Assert.Contains("expected a greater data.memory.", Assert.Throws<InputException>(() =>
            Train(Waves, "out", request => request with { Set = [Trunk, "data.memory=0"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_times_learn_the_wave_too()
    {
        var scores = Train(Waves, "out", request => request with { Set = ["times=4", "training.epochs=600"] }).Summary.Scores["all fields"];
        Assert.InRange(scores["relativeRmse"], 0, 1e-2);
    }

    [Fact]
    public void Modes_in_half_precision_and_as_products_are_read_back_as_they_were_judged()
    {
        var scores = Train(Waves + "\nstorage: half\n", "out", request => request with { Set = ["training.epochs=5", "training.polish=~", "decoder.factors=2"] }).Summary.Scores;
        Assert.InRange(scores["all fields"]["truncation"], 1e-5, 1e-2);                // two functions hold the wave; what is left is rounding
        var modes = SafetensorsFile.Open(folder["out/modes.safetensors"]);
        Assert.Equal(("F16", "F64"), (modes.Find("core")!.Type, modes.Find("deviation")!.Type));
        Assert.Equal([2, 1, 1, 2], modes.Find("core")!.Shape);
        Assert.Equal([1, 2, Size], modes.Find("alongX")!.Shape);
        Assert.Equal("F16", SafetensorsFile.Open(folder["out/model.safetensors"]).Find("decoder.weight")!.Type);
        var surrogate = SurrogateFile.Open(folder["out"]);
        var (amplitude, rows, fields) = (new Matrix<double>(1, 1), new Matrix<double>(1, surrogate.Width), new Matrix<double>(1, Size));
        surrogate.Start(amplitude, rows);
        surrogate.Decode(rows, fields);
        Assert.All(fields.Values.ToArray(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void A_surrogate_read_back_makes_the_trajectories_anywhere()
    {
        Train(Waves, "out");
        var surrogate = SurrogateFile.Open(folder["out"]);
        Assert.Equal((Interval, "amplitude", "u", 4), (surrogate.StepLength, surrogate.Ranges[0].Name, surrogate.Fields.Fields[0].Name, surrogate.Width));
        var (amplitude, rows) = (new Matrix<double>(2, 1), new Matrix<double>(2, surrogate.Width));
        (amplitude[0, 0], amplitude[1, 0]) = (1.13, 1.87);
        surrogate.Start(amplitude, rows);
        surrogate.Advance(rows, 0, surrogate.StepLength, 7, 0, new RandomSource(0));
        var reader = FieldReader.Read(surrogate.Fields, [Probe.At(0, new(3 * Math.Tau / Size)), Probe.At(0, new(15.5 * Math.Tau / Size))]);
        var read = new Matrix<double>(2, 2);
        reader.Apply(rows, read);
        for (var row = 0; row < 2; row++)
        {
            var (p, t) = (amplitude[row, 0], 7 * Interval);
            Assert.Equal(Wave(p, t, 3 * Math.Tau / Size), read[row, 0], 5e-3);
            Assert.Equal(0.5 * (Wave(p, t, 15 * Math.Tau / Size) + Wave(p, t, 0)), read[row, 1], 5e-3);      // interpolated, across the seam
        }
    }

    [Theory]
    [InlineData("{ kind: coordinate, frequencies: 2, network: { kind: residual-mlp, hidden: 24, blocks: 2, activation: tanh } }", 12, 200, 300, 0.2)]
    [InlineData("{ kind: separable, modes: 4, network: dense, trunk: { kind: mlp, hidden: [16, 16] } }", 16, 600, 600, 0.1)]
    public void Decoders_of_any_place_learn_the_wave_too(string decoder, int points, int epochs, int polish, double most)
    {
        var yaml = Waves.Replace("{ kind: separable, modes: 5, network: dense }", decoder, StringComparison.Ordinal);
        var outcome = Train(yaml, "out", request => request with { Set = [$"training.epochs={epochs}", $"training.polish.iterations={polish}", $"points={points}"] });
        Assert.InRange(outcome.Summary.Scores["all fields"]["relativeRmse"], 0, most);
        var surrogate = SurrogateFile.Open(folder["out"]);
        var (amplitude, rows, fields) = (new Matrix<double>(1, 1), new Matrix<double>(1, surrogate.Width), new Matrix<double>(1, Size));
        amplitude[0, 0] = 1.5;
        surrogate.Start(amplitude, rows);
        surrogate.Decode(rows, fields);
        for (var j = 0; j < Size; j++)
            Assert.Equal(Wave(1.5, 0, j * Math.Tau / Size), fields[0, j], 4 * most);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 40)]
    public void A_training_in_stages_that_was_stopped_goes_on_to_the_same_bits(int threads, int stopAfter)
    {
        var yaml = Waves + "\ncurriculum: [{ snapshots: 5, epochs: 10 }]\nrefinement: { epochs: 20, batch: 4 }\n";
        RunRequest Short(RunRequest request) => request with { Set = ["training.epochs=20", "training.polish.iterations=20"] };
        Train(yaml, "straight", Short);
        using var stop = new StopAfter(stopAfter);
        Assert.Throws<OperationCanceledException>(() => Train(yaml, "resumed", request => Short(request) with { Progress = stop, Cancel = stop.Token, Threads = threads }));
        Train(yaml, "resumed", request => Short(request) with { Resume = true, Threads = threads });
        foreach (var file in new[] { "model.safetensors", "modes.safetensors", "model.json", "losses.csv" })
            Assert.Equal(File.ReadAllBytes(folder[$"straight/{file}"]), File.ReadAllBytes(folder[$"resumed/{file}"]));
    }

    [Fact]
    public void A_refinement_leaves_the_dynamics_alone()
    {
        RunRequest Short(RunRequest request) => request with { Set = ["training.epochs=5", "training.polish=~"] };
        Train(Waves, "whole", Short);
        Train(Waves + "\nrefinement: { epochs: 5, batch: 4, validation: 0 }\n", "refined", Short);
        var (whole, refined) = (SafetensorsFile.Open(folder["whole/model.safetensors"]), SafetensorsFile.Open(folder["refined/model.safetensors"]));
        Assert.Equal(Read(whole, "dynamics.weight"), Read(refined, "dynamics.weight"));
        Assert.NotEqual(Read(whole, "decoder.weight"), Read(refined, "decoder.weight"));
    }

    [Fact]
    public void Weights_from_elsewhere_become_a_surrogate_without_training()
    {
        Train(Waves, "first", request => request with { Set = ["training.polish.iterations=20"] });
        Train(Waves + "\nstart: first/model.safetensors\n", "second", request => request with { Set = ["training.epochs=0", "training.polish=~"] });
        Assert.Equal(File.ReadAllBytes(folder["first/model.safetensors"]), File.ReadAllBytes(folder["second/model.safetensors"]));
    }

    [Theory]
    [InlineData("data.fields=[v]", "has no variable 'v'; it has time, x, amplitude, u.")]
    [InlineData("data.parameters=[]", "data: the trajectories have 0 parameters; expected 1 or more, from which they follow.")]
    [InlineData("data.parameters=[x]", "has the dimensions x; expected trajectory, or trajectory and time.")]
    [InlineData("data.every=20", "has 1 times to keep; expected 2 or more.")]
    [InlineData("curriculum=[{snapshots: 16, epochs: 1}]", "curriculum: a stage has rollouts of 16 snapshots, but trajectories have 15.")]
    [InlineData("decoder.trunk=dense,decoder.factors=2", "Factors are of modes of the data; a trunk learns its own.")]
    [InlineData("data.system={kind: lorenz96}", "A surrogate learns from a file or from a system; expected one of the keys.")]
    public void What_cannot_be_learned_is_refused_in_a_sentence(string set, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<InputException>(() => Train(Waves, "out", request => request with { Set = set.Split(",decoder").Select((part, i) => i == 0 ? part : "decoder" + part).ToArray() })).Message, StringComparison.Ordinal);

    [Fact]
    public void Fields_on_points_in_no_order_are_learned_and_read_back()
    {
        double[] x = [0, 1, 0, 1, 0.4], y = [0, 0, 1, 1, 0.6];
        var (u, speed) = (new double[3 * 4 * 5], new double[] { 1, 2, 3 });
        for (var i = 0; i < u.Length; i++)
            u[i] = Math.Sin(1 + i);
        DataFiles.Write(folder["points.nc"], new DataSet(
            [new("trajectory", 3), new("time", 4), new("station", 5)],
            [
                Variable("time", [0, 2, 4, 6], "time"), Variable("x", x, "station"), Variable("y", y, "station"), Variable("speed", speed, "trajectory"),
                Variable("u", u, "trajectory", "time", "station"),
            ]));
        Train(Waves, "out", request => request with { Set = ["data.file=points.nc", "data.periods=~", "training.epochs=1", "training.polish=~"] });
        var surrogate = SurrogateFile.Open(folder["out"]);
        Assert.Equal((2.0, 5), (surrogate.StepLength, surrogate.Fields.FieldWidth));
        Assert.Equal(new(0.4, 0.6), surrogate.Fields.PointOf(4));
        var (rows, fields, read) = (new Matrix<double>(1, surrogate.Width), new Matrix<double>(1, 5), new Matrix<double>(1, 1));
        surrogate.Start(new Matrix<double>(1, 1), rows);
        surrogate.Decode(rows, fields);
        FieldReader.Read(surrogate.Fields, [Probe.At(0, new(0.5, 0))]).Apply(rows, read);
        Assert.Equal(0.5 * (fields[0, 0] + fields[0, 1]), read[0, 0], 1e-12);
    }

    [Fact]
    public void Another_kind_of_model_is_refused()
    {
        File.WriteAllText(folder["model.json"], "{ \"kind\": \"regression\" }");
        Assert.EndsWith("is of kind 'regression'; expected ldnet.", Assert.Throws<InputException>(() => SurrogateFile.Open(folder["model.json"])).Message, StringComparison.Ordinal);
    }

    private static double Wave(double p, double t, double x) => p * Math.Sin(x + t);

    private static Variable Variable(string name, double[] values, params string[] dimensions) => new(new VariableSchema(name, DataType.Real64, dimensions), values);

    private static double[] Read(SafetensorsFile file, string name)
    {
        var values = new double[file.Find(name)!.Shape.Aggregate(1L, (product, size) => product * size)];
        file.Read<double>(name, values);
        return values;
    }

    private TrainingOutcome Train(string yaml, string name, Func<RunRequest, RunRequest>? with = null)
    {
        File.WriteAllText(folder["waves.yaml"], yaml);
        var request = new RunRequest(folder["waves.yaml"]) { Out = folder[name] };
        return TrainingRunner.Run(with is null ? request : with(request));
    }
}
