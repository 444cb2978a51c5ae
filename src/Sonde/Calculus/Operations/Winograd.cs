using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Calculus.Operations;

/// <summary>
/// Convolutions with kernels of 3 × 3 on many channels by 36 products of matrices for each 4 × 4 pixels in the place of 144:
/// <see cref="WinogradTile{T, V, L}"/>. Images are turned so that the channels of a pixel lie together.
/// </summary>
internal sealed partial class Winograd
{
    private const int ChannelsAtOnce = 16;      // the largest register of float
    private const int Products = 36;
    private const int NumbersAtOnce = 1 << 17;
    private const long ProductsOfBlock = 1 << 24;
    private const int NumbersOfKernels = 1 << 18;
    private readonly PaddedImages images;
    private readonly WinogradAxis lines, columns;

    private Winograd(PaddedImages images)
    {
        this.images = images;
        (lines, columns) = (new(images.Grid.Height, images.Dilation.Height), new(images.Grid.Width, images.Dilation.Width));
    }

    private int Read => lines.Read * columns.Read;

    private int Written => lines.Written * columns.Written;

    /// <summary>For kernels of 3 × 3 over more than a few pixels; null for others.</summary>
    public static Winograd? Of(PaddedImages? images) =>
        images is { Kernel: { Height: 3, Width: 3 }, Grid: { Height: > 2, Width: > 2 } } && images.Grid.Height > 2 * images.Dilation.Height && images.Grid.Width > 2 * images.Dilation.Width
            ? new(images)
            : null;

    /// <summary>Whether both numbers of channels fill registers.</summary>
    public static bool Fits(int channels, int outputs) => channels % ChannelsAtOnce == 0 && outputs % ChannelsAtOnce == 0;

    /// <summary>grids = β grids + b + W ∗ images, a row each; β is 0 or 1, and no b is 0.</summary>
    public void Convolve<T>(ReadOnlyBatch<T> weights, ReadOnlySpan<T> b, ReadOnlyBatch<T> from, T beta, Batch<T> grids, Workers workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var (outputs, channels) = (weights.Rows, weights.Width / 9);
        var kernels = Kernels(weights, frame);
        var bias = frame.RentCleared<T>(1, outputs)[0];
        b.CopyTo(bias);
        var block = RowsOfBlock(channels, outputs, from.Rows, from.Rows);
        if (workers.Threads > 1 && from.Rows > block)
            ConvolveAtOnce(kernels, bias, from, beta, grids, block, workers);
        else
            Convolve(kernels, bias, from, beta, grids);
    }

    /// <summary>W at o += the sum over patches of images of the grid's number at o times the patch; b at o += the sum of the grid's numbers, where there is b.</summary>
    public void AddWeights<T>(ReadOnlyBatch<T> from, ReadOnlyBatch<T> grids, Batch<T> weights, Span<T> b, Workers workers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var (outputs, channels) = (weights.Rows, weights.Width / 9);
        var block = RowsOfBlock(channels, outputs, from.Rows, Math.Max(2, NumbersOfKernels / (Products * channels * outputs)));
        var blocks = (from.Rows + block - 1) / block;
        var kernels = frame.Rent<T>(blocks, Products * (channels + 1) * outputs);        // each block its own, so that threads change no bits
        var sums = frame.RentCleared<T>(blocks, b.Length);
        if (workers.Threads > 1 && blocks > 1)
            AddWeightsAtOnce(from, grids, block, kernels, sums, workers);
        else
            for (var i = 0; i < blocks; i++)
            {
                var rows = Math.Min(block, from.Rows - i * block);
                AddKernels(from.Slice(i * block, rows), grids.Slice(i * block, rows), new Batch<T>(kernels[i], Products * (channels + 1), outputs), sums[i]);
            }
        for (var i = 1; i < blocks; i++)
            TensorPrimitives.Add(kernels[0], kernels[i], kernels[0]);
        for (var i = 0; i < blocks; i++)
            TensorPrimitives.Add(b, sums[i], b);
        if (blocks > 0)
            AddKernels(new Batch<T>(kernels[0], Products * (channels + 1), outputs), weights);
    }

    /// <summary>Rows that one thread works on: enough of them to be worth it.</summary>
    private int RowsOfBlock(int channels, int outputs, int rows, int most)
    {
        var blocks = (int)Math.Clamp((long)rows * Products * lines.Tiles * columns.Tiles * channels * outputs / ProductsOfBlock, 1, Math.Max(1, most));
        return Math.Max(1, (rows + blocks - 1) / blocks);
    }

    private unsafe void ConvolveAtOnce<T>(ReadOnlyBatch<T> kernels, ReadOnlySpan<T> bias, ReadOnlyBatch<T> from, T beta, Batch<T> grids, int block, Workers workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (channels, outputs, read, written) = (kernels.Rows / Products - 1, kernels.Width, from.Width, grids.Width);
        fixed (T* pKernels = kernels.Values, pBias = bias, pFrom = from.Values, pGrids = grids.Values)
        {
            T* k = pKernels, b = pBias, x = pFrom, y = pGrids;
            workers.ForBlocks(from.Rows, block, (first, count) => Convolve(
                new(new(k, Products * (channels + 1) * outputs), Products * (channels + 1), outputs), new ReadOnlySpan<T>(b, outputs),
                new(new(x + (nint)first * read, count * read), count, read), beta, new(new(y + (nint)first * written, count * written), count, written)));
        }
    }

    private unsafe void AddWeightsAtOnce<T>(ReadOnlyBatch<T> from, ReadOnlyBatch<T> grids, int block, Batch<T> kernels, Batch<T> sums, Workers workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (read, written, size, biases) = (from.Width, grids.Width, kernels.Width, sums.Width);
        var outputs = written / (images.Grid.Height * images.Grid.Width);
        fixed (T* pKernels = kernels.Values, pSums = sums.Values, pFrom = from.Values, pGrids = grids.Values)
        {
            T* k = pKernels, b = pSums, x = pFrom, y = pGrids;
            workers.ForBlocks(from.Rows, block, (first, count) => AddKernels(
                new(new(x + (nint)first * read, count * read), count, read), new ReadOnlyBatch<T>(new(y + (nint)first * written, count * written), count, written),
                new(new(k + (nint)(first / block) * size, size), size / outputs, outputs), new Span<T>(b + (nint)(first / block) * biases, biases)));
        }
    }

    /// <summary>As above, with kernels in the space of the products.</summary>
    private void Convolve<T>(ReadOnlyBatch<T> kernels, ReadOnlySpan<T> bias, ReadOnlyBatch<T> from, T beta, Batch<T> grids) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (outputs, channels) = (kernels.Width, kernels.Rows / Products - 1);
        var (rowsAtOnce, linesAtOnce) = AtOnce(channels, outputs, from.Rows);
        for (int first = 0, rows; first < from.Rows; first += rows)
        {
            rows = Math.Min(rowsAtOnce, from.Rows - first);
            using var frame = Scratch.Enter();
            var pixels = Turned(from.Slice(first, rows), channels, images.Image, images.Padding, images.Border, new(lines.Read, columns.Read), frame);
            var sums = frame.Rent<T>(rows * Written, outputs);
            for (int line = 0, count; line < lines.Tiles; line += count)
            {
                count = Math.Min(linesAtOnce, lines.Tiles - line);
                using var block = Scratch.Enter();
                var tiles = rows * count * columns.Tiles;
                var inputs = block.Rent<T>(Products * (tiles + 1), channels);
                var products = block.Rent<T>(Products * (tiles + 1), outputs);
                Transform(pixels, rows, line, count, inputs);
                for (var k = 0; k < Products; k++)
                    Numerics.Dense.Multiply(Part(inputs, k, tiles), Part(kernels, k, channels), Part(products, k, tiles));
                Collect(products, rows, line, count, bias, sums);
            }
            for (var row = 0; row < rows; row++)
                Return(sums.Slice(row * Written, Written), beta, grids[first + row]);
        }
    }

    /// <summary>As above, into the space of the products: kernels hold anything before, b is added to.</summary>
    private void AddKernels<T>(ReadOnlyBatch<T> from, ReadOnlyBatch<T> grids, Batch<T> kernels, Span<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (outputs, channels) = (kernels.Width, kernels.Rows / Products - 1);
        var (rowsAtOnce, linesAtOnce) = AtOnce(channels, outputs, from.Rows);
        for (int first = 0, rows; first < from.Rows; first += rows)
        {
            rows = Math.Min(rowsAtOnce, from.Rows - first);
            using var frame = Scratch.Enter();
            var pixels = Turned(from.Slice(first, rows), channels, images.Image, images.Padding, images.Border, new(lines.Read, columns.Read), frame);
            var factors = Turned(grids.Slice(first, rows), outputs, images.Grid, default, Border.Zero, new(lines.Written, columns.Written), frame);
            if (!b.IsEmpty)
            {
                var ones = frame.Rent<T>(1, factors.Rows)[0];
                ones.Fill(T.One);
                Numerics.Dense.MultiplyTransposed(T.One, factors, ones, T.One, b);
            }
            for (int line = 0, count; line < lines.Tiles; line += count)
            {
                count = Math.Min(linesAtOnce, lines.Tiles - line);
                using var block = Scratch.Enter();
                var tiles = rows * count * columns.Tiles;
                var inputs = block.Rent<T>(Products * (tiles + 1), channels);
                var spread = block.Rent<T>(Products * (tiles + 1), outputs);
                Transform(pixels, rows, line, count, inputs);
                Spread(factors, rows, line, count, spread);
                for (var k = 0; k < Products; k++)
                    Numerics.Dense.MultiplyTransposedLeft(T.One, Part(inputs, k, tiles), Part(spread, k, tiles), first + line == 0 ? T.Zero : T.One, Part(kernels, k, channels));
            }
        }
    }

    /// <summary>One of the matrices of a stack. A row lies between them, lest they share lines of the cache.</summary>
    private static Batch<T> Part<T>(Batch<T> stack, int k, int rows) where T : unmanaged, IBinaryFloatingPointIeee754<T> => stack.Slice(k * (rows + 1), rows);

    private static ReadOnlyBatch<T> Part<T>(ReadOnlyBatch<T> stack, int k, int rows) where T : unmanaged, IBinaryFloatingPointIeee754<T> => stack.Slice(k * (rows + 1), rows);

    /// <summary>Several whole images, or some lines of tiles of one, whose transforms stay in the cache or are as large as those of the kernels.</summary>
    private (int Rows, int Lines) AtOnce(int channels, int outputs, int rows)
    {
        var tiles = Math.Max(NumbersAtOnce / Products, channels * outputs) / (channels + outputs);
        var lineCount = Math.Clamp(tiles / columns.Tiles, 1, lines.Tiles);
        var blocks = (lines.Tiles + lineCount - 1) / lineCount;
        return (Math.Clamp(tiles / (lines.Tiles * columns.Tiles), 1, Math.Max(1, rows)), (lines.Tiles + blocks - 1) / blocks);
    }
}
