using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>Coarser or finer images, without weights: average or max pooling, or nearest-neighbor upsampling, by whole factors.</summary>
public sealed class Resampling<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IOperation<T> operation;

    private Resampling(ImageShape input, ImageShape output, IOperation<T> operation) => (Input, Output, this.operation) = (input, output, operation);

    /// <summary>The image read.</summary>
    public ImageShape Input { get; }

    /// <summary>The image written.</summary>
    public ImageShape Output { get; }

    /// <inheritdoc/>
    public int InputWidth => Input.Count;

    /// <inheritdoc/>
    public int OutputWidth => Output.Count;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => [];

    /// <summary>Every pixel written is the mean of a block.</summary>
    /// <exception cref="ArgumentException">The blocks do not tile the image.</exception>
    public static Resampling<T> Means(ImageShape image, Extent block)
    {
        var operation = new BlockMeans<T>(image, block);
        return new(image, new(image.Channels, image.Height / block.Height, image.Width / block.Width), operation);
    }

    /// <summary>Every pixel written is the largest number of a block; what fills no block is left out.</summary>
    /// <exception cref="ArgumentException">A size is below 1, or the block larger than the image.</exception>
    public static Resampling<T> Maxima(ImageShape image, Extent block)
    {
        var operation = new BlockMaxima<T>(image, block);
        return new(image, operation.Pooled, operation);
    }

    /// <summary>Every pixel read becomes a block.</summary>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public static Resampling<T> Copies(ImageShape image, Extent block) =>
        new(image, new(image.Channels, image.Height * block.Height, image.Width * block.Width), new BlockCopies<T>(image, block));

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) => x.Tape.Apply(operation, x);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
    }
}
