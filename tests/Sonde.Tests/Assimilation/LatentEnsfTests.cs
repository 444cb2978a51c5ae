using Sonde.Assimilation.Score;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

/// <summary>An ensemble score filter in the latent space of two encoders and a decoder.</summary>
public sealed class LatentEnsfTests
{
    [Theory]
    [InlineData(3, 75, 75, 400)]            // as published: 4 × 10 × 10
    [InlineData(3, 150, 150, 400)]
    [InlineData(2, 80, 80, 400)]
    [InlineData(1, 1, 40, 20)]              // 40, 20, 10, 5
    [InlineData(3, 1, 1, 4)]
    public void The_bottleneck_is_adapted_to_the_grid(int fields, int height, int width, int latent) =>
        Assert.Equal(latent, Networks(new LatentEnsf(), new(fields, height, width), null).LatentWidth);

    [Theory]
    [InlineData(13, 7, 3, 3)]
    [InlineData(40, 40, 5, 5)]
    [InlineData(1, 21, 1, 4)]
    public void Rows_pass_through_all_networks_in_the_shapes_they_came_in(int height, int width, int readLines, int readPixels)
    {
        var image = (new ImageShape(2, readLines, readPixels), Enumerable.Range(0, 2 * readLines * readPixels).ToArray());
        foreach (var method in (LatentEnsf[])[new(Channels: 2), new(Channels: 2, Latent: 7), new(Channels: 2, Multipliers: [1, 3], LatentChannels: 2, Blocks: 2)])
            foreach (var readings in ((ImageShape, int[])?[])[image, null])
            {
                var networks = Networks(method, new(2, height, width), readings, image.Item2.Length);
                var tape = new Tape<float>();
                var weights = new Matrix<float>(1, networks.Network.WeightCount);
                networks.Network.Initialize(weights.Values, new RandomSource(1));
                var w = tape.Constant(weights);
                var (mean, logVariance) = networks.Encode(tape.Constant(new Matrix<float>(3, 2 * height * width)), w);
                Assert.Equal(new Size(3, networks.LatentWidth), mean.Size);
                Assert.Equal(mean.Size, logVariance.Size);
                Assert.Equal(mean.Size, networks.EncodeReadings(tape.Constant(new Matrix<float>(3, image.Item2.Length)), w).Size);
                Assert.Equal(new Size(3, 2 * height * width), networks.Decode(mean, w).Size);
            }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_small_training_finds_states_that_readings_of_every_second_site_tell(bool increments)
    {
        var twins = new RingTwins();
        var method = new LatentEnsf(16, Channels: 8, Multipliers: [1, 2], LatentChannels: 2, Increments: increments, LatentNoise: LatentNoise.Component,
            Training: new(60, Epochs: 25, Batch: 32, Rate: 4e-3, Average: 0.98, Calibration: 10));
        var learned = Schooling.Train(method, twins);
        var (error, usual) = twins.Score(method.With(learned));
        Assert.InRange(error / usual, 0, 0.6);
    }

    [Fact]
    public void Threads_do_not_change_what_is_learned()
    {
        var method = new LatentEnsf(Channels: 2, Training: new(4, Epochs: 2, Batch: 19, Noise: true, Calibration: 2));
        var (one, three) = (Schooling.Train(method, new RingTwins()), Schooling.Train(method, new RingTwins(), threads: 3));
        Assert.Equal(one.Weights.Values, three.Weights.Values);
        Assert.Equal(one.Statistics["latent noise"].Values, three.Statistics["latent noise"].Values);
    }

    [Fact]
    public void Misuse_is_refused_in_a_sentence()
    {
        var method = new LatentEnsf(Channels: 2, Training: new(2, Epochs: 1, Calibration: 2));
        var learned = Schooling.Train(method, new RingTwins());
        Assert.Contains("weights, but", Assert.Throws<ArgumentException>(() => (method with { Channels = 3 }).With(learned)).Message, StringComparison.Ordinal);
        Assert.Contains("Multipliers are [0]", Assert.Throws<ArgumentException>(() => new LatentEnsf(Multipliers: [0])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => method.Assimilate(null!, null!, new RandomSource(0)));
        Assert.Contains(
            "2 and 1 values are observed", Assert.Throws<ArgumentException>(() => method.Prepare(new LinearTwins(3, k => k == 0 ? [0, 1] : [0]), new RandomSource(1), Workers.One)).Message, StringComparison.Ordinal);
    }

    private static CoupledAutoencoder Networks(LatentEnsf method, ImageShape fields, (ImageShape, int[])? image, int readings = 5) =>
        new(method, new(fields, Border.Circular), readings, image);
}
