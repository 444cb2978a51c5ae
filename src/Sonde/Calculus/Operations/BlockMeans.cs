using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>Average pooling: images, a row each, whose pixels are the means of blocks.</summary>
public sealed class BlockMeans<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blocks blocks;

    /// <summary>Means of blocks that tile the image.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public BlockMeans(ImageShape image, Extent block) => blocks = new(image, block);

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => new(Blocks.RowsOf(x.Size(0), blocks.Fine), blocks.Coarse.Count);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        y.Clear();
        for (var row = 0; row < y.Rows; row++)
            blocks.AddSums(blocks.Share<T>(), x[0][row], y[row]);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var row = 0; row < dy.Rows; row++)
            blocks.AddSums(blocks.Share<T>(), dx[0][row], dy[row]);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var row = 0; row < yBar.Rows; row++)
            blocks.AddCopies(blocks.Share<T>(), yBar[row], xBar[0][row]);
    }
}

/// <summary>Nearest-neighbor upsampling: images, a row each, in which every pixel becomes a block.</summary>
public sealed class BlockCopies<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blocks blocks;

    /// <summary>Blocks of this size for every pixel.</summary>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public BlockCopies(ImageShape image, Extent block) =>
        blocks = new(new ImageShape(image.Channels, checked(image.Height * block.Height), checked(image.Width * block.Width)), block);

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => new(Blocks.RowsOf(x.Size(0), blocks.Coarse), blocks.Fine.Count);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        y.Clear();
        for (var row = 0; row < y.Rows; row++)
            blocks.AddCopies(T.One, x[0][row], y[row]);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var row = 0; row < dy.Rows; row++)
            blocks.AddCopies(T.One, dx[0][row], dy[row]);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var row = 0; row < yBar.Rows; row++)
            blocks.AddSums(T.One, yBar[row], xBar[0][row]);
    }
}

/// <summary>An image and one whose pixels are its blocks.</summary>
internal sealed class Blocks
{
    private readonly Extent block;

    public Blocks(ImageShape fine, Extent block)
    {
        (Fine, this.block) = (fine.Checked(nameof(fine)), block);
        if (block.Height < 1 || block.Width < 1 || fine.Height % block.Height != 0 || fine.Width % block.Width != 0)
            throw new ArgumentException($"Blocks of {block} do not tile an image of {fine.Height} × {fine.Width}.", nameof(block));
        Coarse = new(fine.Channels, fine.Height / block.Height, fine.Width / block.Width);
    }

    public ImageShape Fine { get; }

    public ImageShape Coarse { get; }

    /// <summary>1 / the pixels of a block.</summary>
    public T Share<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.One / T.CreateChecked(block.Height * block.Width);

    public static int RowsOf(Size given, ImageShape image) => given.Width == image.Count
        ? given.Rows
        : throw new ArgumentException($"Images of {image} are {image.Count} values, but the rows have {given.Width}.");

    /// <summary>coarse += c times the sums of blocks.</summary>
    public void AddSums<T>(T c, ReadOnlySpan<T> fine, Span<T> coarse) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var sums = frame.Rent<T>(1, Fine.Width)[0];                     // of a block's lines
        for (var line = 0; line < Fine.Channels * Coarse.Height; line++)
        {
            fine.Slice(line * block.Height * Fine.Width, Fine.Width).CopyTo(sums);
            for (var i = 1; i < block.Height; i++)
                TensorPrimitives.Add(sums, fine.Slice((line * block.Height + i) * Fine.Width, Fine.Width), sums);
            var to = coarse.Slice(line * Coarse.Width, Coarse.Width);
            for (var (x, from) = (0, 0); x < to.Length; x++)
            {
                var sum = sums[from++];
                for (var j = 1; j < block.Width; j++)
                    sum += sums[from++];
                to[x] += c * sum;
            }
        }
    }

    /// <summary>fine += c times the pixel of each one's block: the transpose.</summary>
    public void AddCopies<T>(T c, ReadOnlySpan<T> coarse, Span<T> fine) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var copies = frame.Rent<T>(1, Fine.Width)[0];
        for (var line = 0; line < Fine.Channels * Coarse.Height; line++)
        {
            for (var x = 0; x < Coarse.Width; x++)
                copies.Slice(x * block.Width, block.Width).Fill(c * coarse[line * Coarse.Width + x]);
            for (var i = 0; i < block.Height; i++)
            {
                var to = fine.Slice((line * block.Height + i) * Fine.Width, Fine.Width);
                TensorPrimitives.Add(to, copies, to);
            }
        }
    }
}
