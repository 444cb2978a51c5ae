using System.Text.Json;
using Sonde.Assimilation.Amortized;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Tests.Assimilation;

/// <summary>The networks of CODA are what they were published as.</summary>
public sealed class AmortizedNetworkTests
{
    private static readonly ImageShape Window = new(4, 51, 40);
    private static readonly JsonElement Reference = Read();

    [Theory]
    [InlineData(1, 412_641)]
    [InlineData(2, 412_738)]
    [InlineData(4, 412_932)]
    public void The_networks_have_as_many_weights_as_the_released_ones(int numbers, int count)
    {
        var network = new TimePooledUNet().Build(Window, numbers, 0).Network;
        Assert.Equal(count, network.Weights.Where(array => !array.Name.Contains("running", StringComparison.Ordinal)).Sum(array => array.Count));
        Assert.Equal(2 * (32 + 64 + 128 + 128 + 64 + 32), network.WeightCount - count);
        Assert.Equal((Window.Count, numbers * 40), (network.InputWidth, network.OutputWidth));
    }

    [Theory]
    [InlineData("small", 2, 11, 8)]
    [InlineData("published", 32, 51, 40)]
    public void The_network_gives_what_PyTorch_gives_in_training_and_in_inference(string name, int channels, int times, int width)
    {
        var network = new TimePooledUNet(channels).Build(new(4, times, width), 2, 0).Network;
        var tape = new Tape<float>();
        var weights = Wave(1, network.WeightCount, 0.3, 0.7, 0.3);
        var offset = 0;
        foreach (var array in network.Weights)
        {
            for (var i = 0; i < array.Count && array.Name.EndsWith("running_var", StringComparison.Ordinal); i++)
                weights.Values[offset + i] += 0.5f;
            offset += array.Count;
        }
        var (x, own) = (tape.Constant(Wave(2, network.InputWidth, 1, 1.3, 0.1)), tape.Constant(weights));
        Equal("inference", network.Apply(x, own, Pass.Deterministic));
        Equal("training", network.Apply(x, own, new Pass(Batch: BatchMoments.Unkept)));

        void Equal(string pass, Variable<float> y)
        {
            var expected = Reference.GetProperty(name).GetProperty(pass).EnumerateArray().Select(number => number.GetDouble()).ToArray();
            var scale = expected.Max(Math.Abs);
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], y.Value.Values[i], 2e-4 * scale);
        }
    }

    [Fact]
    public void A_network_whose_sizes_do_not_halve_is_refused()
    {
        var refused = Assert.Throws<ArgumentException>(() => new TimePooledUNet().Build(new(4, 51, 42), 1, 0));
        Assert.Contains("not 51 and 42", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SpaceTimeResidual().Reach(20));
        Assert.Equal(25, new SpaceTimeResidual().Reach(25));
    }

    [Fact]
    public void What_a_population_is_found_to_be_makes_inference_on_it_as_training()
    {
        var network = new TimePooledUNet(4).Build(new(4, 8, 8), 1, 0).Network;
        var weights = new Matrix<float>(1, network.WeightCount);
        network.Initialize(weights.Values, new RandomSource(1));
        var rows = new Matrix<float>(40, network.InputWidth);
        new RandomSource(2).FillNormal(rows.Values);
        var before = weights.Copy();
        BatchMoments.Settle(network, weights, 1, (tape, _) => tape.Constant(rows));
        var tape = new Tape<float>();
        var (x, own) = (tape.Constant(rows), tape.Constant(weights));
        var training = network.Apply(x, own, new Pass(Batch: BatchMoments.Unkept)).Value.Values;
        var inference = network.Apply(x, own, Pass.Deterministic).Value.Values;
        for (var i = 0; i < training.Length; i++)
            Assert.Equal(training[i], inference[i], 0.02f);
        var offset = 0;
        foreach (var array in network.Weights)
        {
            var same = before.Values.Slice(offset, array.Count).SequenceEqual(weights.Values.Slice(offset, array.Count));
            Assert.Equal(!array.Name.Contains("running", StringComparison.Ordinal), same);
            offset += array.Count;
        }
    }

    private static Matrix<float> Wave(int rows, int width, double a, double frequency, double phase)
    {
        var wave = new Matrix<float>(rows, width);
        for (var i = 0; i < wave.Values.Length; i++)
            wave.Values[i] = (float)(a * Math.Sin(frequency * i + phase));
        return wave;
    }

    private static JsonElement Read()
    {
        using var stream = typeof(AmortizedNetworkTests).Assembly.GetManifestResourceStream("coda.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
