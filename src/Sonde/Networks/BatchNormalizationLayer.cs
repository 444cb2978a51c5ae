using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>
/// Normalizes each channel of images over all rows and pixels of a batch in passes that say so, as in training, and by a population's mean and variance
/// otherwise: PyTorch's BatchNorm1d and BatchNorm2d. The population's numbers are weights without a gradient, which
/// <see cref="BatchMoments.Settle{T}"/> finds after a training; no pass changes them. Ioffe and Szegedy, ICML 2015.
/// </summary>
public sealed class BatchNormalizationLayer<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal const string Mean = "running_mean", Variance = "running_var";
    private readonly BatchNormalization<T> operation;
    private readonly double epsilon;
    private readonly int channels;

    /// <summary>Normalizes the channels of images.</summary>
    /// <param name="image">The rows.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public BatchNormalizationLayer(ImageShape image, double epsilon = 1e-5)
    {
        (InputWidth, channels, this.epsilon) = (image.Checked(nameof(image)).Count, image.Channels, epsilon);
        operation = new(epsilon);
    }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth => InputWidth;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => [new("weight", channels), new("bias", channels), new(Mean, channels), new(Variance, channels)];

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass)
    {
        var (factor, shift) = (Part(0), Part(1));
        if (pass.Batch is { } batch)
        {
            batch.Add(x.Value, channels);
            return x.Tape.Apply(operation, x, factor, shift);
        }
        var scale = factor / (Part(3) + T.CreateChecked(epsilon)).Apply(Activation.SquareRoot);
        return x.Tape.Apply(ChannelScale<T>.Instance, x, scale, shift - Part(2) * scale);

        Variable<T> Part(int i) => weights.View(i * channels, 1, channels);
    }

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
        weights.Clear();
        weights[..channels].Fill(T.One);
        weights[(3 * channels)..].Fill(T.One);
    }
}
