using Sonde.Calculus;
using Sonde.Experiments.Files;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Tests.Architecture;

namespace Sonde.Tests.Networks;

/// <summary>Beside PyTorch 1.13: weights, outputs, gradients and steps of PyTorch/training.py.</summary>
public sealed class PyTorchTrainingTests
{
    private static readonly string Folder = Path.Combine(DataFlowsOneWay.Repository(), "tests", "Sonde.Tests", "Networks", "PyTorch");
    private static readonly string WeightsFile = Path.Combine(Folder, "network.safetensors"), Expected = Path.Combine(Folder, "training.safetensors");
    private static readonly Chain<float> Network = new(new DenseLayer<float>(3, 8), new ActivationLayer<float>(8, Activation.Tanh), new DenseLayer<float>(8, 2));
    private static readonly Matrix<float> Inputs = Rows("inputs", 20, 3), Targets = Rows("targets", 20, 2);

    public static TheoryData<string> Rules => [.. Optimizers.Keys];

    private static Dictionary<string, (IOptimizer Rule, double Rate)> Optimizers { get; } = new()
    {
        ["adam"] = (new Adam(), 0.01),
        ["adamw"] = (new Adam(WeightDecay: 0.1), 0.01),
        ["momentum"] = (new GradientDescent(0.9), 0.05),
        ["nesterov"] = (new GradientDescent(0.9, Nesterov: true, WeightDecay: 0.01), 0.05),
    };

    [Fact]
    public void A_state_dict_gives_the_same_outputs()
    {
        var outputs = new Matrix<float>(20, 2);
        Network.With(NetworkFile.Load(WeightsFile, Network)).Evaluate(Inputs, outputs);
        AssertClose(Rows("outputs", 20, 2), outputs, 1e-6);
        Assert.Equal("pt", SafetensorsFile.Open(WeightsFile).Metadata["format"]);
    }

    [Fact]
    public void The_gradient_of_the_mean_square_is_the_same()
    {
        var weights = NetworkFile.Load(WeightsFile, Network);
        var gradient = new double[weights.Width];
        var objective = new MeanLoss<float>(weights.Width, 20, SampleLoss.MeanSquare(Network, Inputs, Targets), new RandomSource(1), Workers.One);
        var loss = objective.Evaluate([.. weights.Values.ToArray().Select(weight => (double)weight)], gradient);
        Assert.Equal(Rows("loss", 1, 1)[0, 0], loss, 1e-6);
        var found = new Matrix<float>(1, weights.Width);
        gradient.Select(value => (float)value).ToArray().CopyTo(found.Memory);
        AssertClose(NetworkFile.Load(Expected, Network, "gradient."), found, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Two_steps_of_a_rule_are_the_same(string name)
    {
        var (rule, rate) = Optimizers[name];
        var state = TrainingState<float>.Begin(NetworkFile.Load(WeightsFile, Network), rule);
        var trainer = new Trainer(rule, new ConstantRate(rate), Epochs: 2, BatchSize: 20);
        Assert.Equal(TrainingEnd.Finished, trainer.Run(state, 20, SampleLoss.MeanSquare(Network, Inputs, Targets), new RandomSource(1), Workers.One));
        AssertClose(NetworkFile.Load(Expected, Network, $"{name}."), state.Weights, 1e-6);
    }

    [Theory]
    [InlineData("half")]
    [InlineData("brain")]
    public void Narrow_numbers_are_widened(string name) => Assert.Equal(Rows($"{name}.wide", 1, 5).Values.ToArray(), Rows(name, 1, 5).Values.ToArray());

    [Fact]
    public void Doubles_are_read_whole_or_rounded()
    {
        var whole = new double[5];
        SafetensorsFile.Open(Expected).Read<double>("double", whole);
        Assert.Equal((double)(1f / 3) / 3, whole[0]);
        Assert.Equal((float)whole[0], Rows("double", 1, 5)[0, 0]);
    }

    private static Matrix<float> Rows(string name, int rows, int width)
    {
        var read = new Matrix<float>(rows, width);
        SafetensorsFile.Open(Expected).Read(name, read.Values);
        return read;
    }

    private static void AssertClose(Matrix<float> expected, Matrix<float> found, double tolerance)
    {
        Assert.Equal((expected.Rows, expected.Width), (found.Rows, found.Width));
        for (var i = 0; i < expected.Values.Length; i++)
            Assert.Equal(expected.Values[i], found.Values[i], tolerance);
    }
}
