using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>Normalizes rows and scales them with weights that begin as 1 and 0: PyTorch's LayerNorm over a whole row, or GroupNorm over groups of channels.</summary>
public sealed class NormalizationLayer<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Normalization<T> operation;
    private readonly int weights;

    private NormalizationLayer(int width, int parts, int weights, double epsilon)
    {
        (InputWidth, this.weights) = (width, weights);
        operation = new(parts, epsilon);
    }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth => InputWidth;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => [new("weight", weights), new("bias", weights)];

    /// <summary>Normalizes each row as a whole, with a weight for each value. Ba et al. 2016.</summary>
    /// <param name="width">Values of a row, 1 or more.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static NormalizationLayer<T> OfRows(int width, double epsilon = 1e-5) =>
        width > 0 ? new(width, 1, width, epsilon) : throw new ArgumentException($"Rows have 1 or more values, not {width}.", nameof(width));

    /// <summary>Normalizes groups of an image's channels, with a weight for each channel. Wu and He, ECCV 2018.</summary>
    /// <param name="image">The rows.</param>
    /// <param name="groups">How many; they divide the channels evenly.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static NormalizationLayer<T> OfGroups(ImageShape image, int groups, double epsilon = 1e-5) =>
        groups > 0 && image.Checked(nameof(image)).Channels % groups == 0
            ? new(image.Count, groups, image.Channels, epsilon)
            : throw new ArgumentException($"{image.Channels} channels do not fall into {groups} equal groups.", nameof(groups));

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) =>
        x.Tape.Apply(operation, x, weights.View(0, 1, this.weights), weights.View(this.weights, 1, this.weights));

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
        weights[..this.weights].Fill(T.One);
        weights[this.weights..].Clear();
    }
}
