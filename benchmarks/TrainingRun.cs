using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>
/// One step of Adam on a convolutional network, in single precision on one thread. Weights, images and targets are formulas that
/// peers/torch_side.py repeats, so that losses can be compared.
/// </summary>
internal sealed class TrainingRun
{
    /// <summary>After how many steps the losses of both programs are compared.</summary>
    public const int ComparedSteps = 5;

    private readonly Tape<float> tape = new();
    private readonly ILayer<float> network;
    private readonly Matrix<float> weights, memory, images, targets;
    private readonly Adam rule = new();
    private long step;

    public TrainingRun(ILayer<float> network, int rows)
    {
        this.network = network;
        weights = Wave(1, network.WeightCount, 0.1, 0.7, 0.3);
        memory = new Matrix<float>(rule.Memories, network.WeightCount);
        images = Wave(rows, network.InputWidth, 1, 1.3, 0.1);
        targets = Wave(rows, network.OutputWidth, 1, 0.9, 0.5);
    }

    /// <summary>The mean square of the network's error before the last step.</summary>
    public double Loss { get; private set; }

    public void Step()
    {
        tape.Reset();
        var w = tape.Input(weights);
        var error = network.Apply(tape.Constant(images), w, Pass.Deterministic) - tape.Constant(targets);
        var loss = (1f / error.Size.Count) * error.SumOfSquares();
        tape.Differentiate(loss);
        rule.Step(weights.Values, tape.Adjoint(w).Values, memory, step++, 1e-3);
        Loss = loss.Number;
    }

    /// <summary>A U-Net on images of 64 × 64 with 8 channels: three levels of 16, 32 and 64 channels, group normalization, SiLU.</summary>
    public static ILayer<float> UNet() => new Chain<float>(
        Block(8, 16, 64), Block(16, 16, 64),
        Parallel<float>.Skip(new Chain<float>(
            Resampling<float>.Means(new(16, 64, 64), new(2)),
            Block(16, 32, 32), Block(32, 32, 32),
            Parallel<float>.Skip(new Chain<float>(
                Resampling<float>.Means(new(32, 32, 32), new(2)),
                Block(32, 64, 16), Block(64, 64, 16), Doubling(64, 32, 16))),
            Block(64, 32, 32), Doubling(32, 16, 32))),
        Block(32, 16, 64), new ConvolutionLayer<float>(Patches.Centered(new(16, 64, 64), 3), 8));

    /// <summary>
    /// The network of CODA (Zinchenko and Greenberg 2024) on windows of 51 times and 40 places with 4 channels, with group normalization in the
    /// place of that over a batch: two-dimensional convolutions down, the largest over time, one-dimensional convolutions up.
    /// </summary>
    public static ILayer<float> Coda() => new Chain<float>(
        Pair(4, 32, 32, 51, 40),
        new Parallel<float>(Resampling<float>.Maxima(new(32, 51, 40), new(51, 1)), new Chain<float>(
            Resampling<float>.Maxima(new(32, 51, 40), new(2)), Pair(32, 64, 64, 25, 20),
            new Parallel<float>(Resampling<float>.Maxima(new(64, 25, 20), new(25, 1)), new Chain<float>(
                Resampling<float>.Maxima(new(64, 25, 20), new(2)), Pair(64, 128, 128, 12, 10),
                Resampling<float>.Maxima(new(128, 12, 10), new(12, 1)), Pair(128, 128, 64, 1, 10), Doubling(64, 10))),
            Pair(128, 64, 32, 1, 20), Doubling(32, 20))),
        Pair(64, 32, 32, 1, 40), new ConvolutionLayer<float>(Patches.Centered(new(32, 1, 40), 3, border: Border.Circular), 1));

    /// <summary>Two periodic convolutions with a normalization and a rectifier between them.</summary>
    private static Chain<float> Pair(int inputs, int hidden, int outputs, int height, int width) => new(
        new ConvolutionLayer<float>(Patches.Centered(new(inputs, height, width), 3, border: Border.Circular), hidden),
        NormalizationLayer<float>.OfGroups(new(hidden, height, width), 8),
        new ActivationLayer<float>(hidden * height * width, Activation.Relu),
        new ConvolutionLayer<float>(Patches.Centered(new(hidden, height, width), 3, border: Border.Circular), outputs));

    private static TransposedConvolutionLayer<float> Doubling(int channels, int width) =>
        new(new(new(channels, 1, 2 * width), new(1, 2), new(1, 2)), channels);

    private static Chain<float> Block(int inputs, int outputs, int size) => new(
        new ConvolutionLayer<float>(Patches.Centered(new(inputs, size, size), 3), outputs),
        NormalizationLayer<float>.OfGroups(new(outputs, size, size), 4),
        new ActivationLayer<float>(outputs * size * size, Activation.Silu));

    private static TransposedConvolutionLayer<float> Doubling(int inputs, int outputs, int size) =>
        new(new(new(outputs, 2 * size, 2 * size), new(2), new(2)), inputs);

    /// <summary>a sin(ω i + φ).</summary>
    private static Matrix<float> Wave(int rows, int width, double a, double frequency, double phase)
    {
        var wave = new Matrix<float>(rows, width);
        for (var i = 0; i < wave.Values.Length; i++)
            wave.Values[i] = (float)(a * Math.Sin(frequency * i + phase));
        return wave;
    }
}
