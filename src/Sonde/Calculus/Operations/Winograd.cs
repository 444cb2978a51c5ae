using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Calculus.Operations;

/// <summary>
/// Convolutions with kernels of 3 × 3 on many channels by 36 products of matrices for each 4 × 4 pixels in the place of 144:
/// <see cref="WinogradTile{T, V, L}"/>. Images are turned so that the channels of a pixel lie together.
/// </summary>
internal sealed class Winograd
{
    private const int ChannelsAtOnce = 16;      // the largest register of float
    private const int Products = 36;
    private const int NumbersAtOnce = 1 << 17;
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
    public void Convolve<T>(ReadOnlyBatch<T> weights, ReadOnlySpan<T> b, ReadOnlyBatch<T> from, T beta, Batch<T> grids) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var whole = Scratch.Enter();
        var (outputs, channels) = (weights.Rows, weights.Width / 9);
        var kernels = Kernels(weights, whole);
        var bias = whole.RentCleared<T>(1, outputs)[0];
        b.CopyTo(bias);
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

    /// <summary>W at o += the sum over patches of images of the grid's number at o times the patch; b at o += the sum of the grid's numbers, where there is b.</summary>
    public void AddWeights<T>(ReadOnlyBatch<T> from, ReadOnlyBatch<T> grids, Batch<T> weights, Span<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var whole = Scratch.Enter();
        var (outputs, channels) = (weights.Rows, weights.Width / 9);
        var kernels = whole.RentCleared<T>(Products * (channels + 1), outputs);
        var (rowsAtOnce, linesAtOnce) = AtOnce(channels, outputs, from.Rows);
        for (int first = 0, rows; first < from.Rows; first += rows)
        {
            rows = Math.Min(rowsAtOnce, from.Rows - first);
            using var frame = Scratch.Enter();
            var pixels = Turned(from.Slice(first, rows), channels, images.Image, images.Padding, images.Border, new(lines.Read, columns.Read), frame);
            var factors = Turned(grids.Slice(first, rows), outputs, images.Grid, default, Border.Zero, new(lines.Written, columns.Written), frame);
            for (var pixel = 0; pixel < factors.Rows && !b.IsEmpty; pixel++)
                TensorPrimitives.Add(b, factors[pixel], b);
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
                    Numerics.Dense.MultiplyTransposedLeft(T.One, Part(inputs, k, tiles), Part(spread, k, tiles), T.One, Part(kernels, k, channels));
            }
        }
        AddKernels(kernels, weights);
    }

    /// <summary>One of the matrices of a stack. A row lies between them, lest they share lines of the cache.</summary>
    private static Batch<T> Part<T>(Batch<T> stack, int k, int rows) where T : unmanaged, IBinaryFloatingPointIeee754<T> => stack.Slice(k * (rows + 1), rows);

    /// <summary>Several whole images, or some lines of tiles of one, whose transforms stay in the cache or are as large as those of the kernels.</summary>
    private (int Rows, int Lines) AtOnce(int channels, int outputs, int rows)
    {
        var tiles = Math.Max(NumbersAtOnce / Products, channels * outputs) / (channels + outputs);
        var lineCount = Math.Clamp(tiles / columns.Tiles, 1, lines.Tiles);
        var blocks = (lines.Tiles + lineCount - 1) / lineCount;
        return (Math.Clamp(tiles / (lines.Tiles * columns.Tiles), 1, Math.Max(1, rows)), (lines.Tiles + blocks - 1) / blocks);
    }

    /// <summary>Padded images with the channels of each pixel beside each other, [rows × pixels, channels]; 0 beyond.</summary>
    private static Batch<T> Turned<T>(ReadOnlyBatch<T> rows, int channels, Extent size, Extent padding, Border border, Extent padded, ScratchFrame frame)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var all = frame.Rent<T>(rows.Rows * padded.Height * padded.Width, channels);
        using var own = Scratch.Enter();
        var turned = own.Rent<T>(size.Height * size.Width, channels);
        var line = size.Width * channels;
        for (var row = 0; row < rows.Rows; row++)
        {
            Numerics.Dense.Transpose(new ReadOnlyBatch<T>(rows[row], channels, turned.Rows), turned);
            for (var i = 0; i < padded.Height; i++)
            {
                var to = all.Values.Slice((row * padded.Height + i) * padded.Width * channels, padded.Width * channels);
                var place = i - padding.Height;
                if (place < 0 || place >= size.Height)
                {
                    if (border != Border.Circular || place >= size.Height + padding.Height)
                    {
                        to.Clear();
                        continue;
                    }
                    place = Patches.Wrap(place, size.Height);
                }
                var from = turned.Values.Slice(place * line, line);
                var side = padding.Width * channels;
                from.CopyTo(to[side..]);
                to[(side + line)..].Clear();
                if (border == Border.Zero)
                    to[..side].Clear();
                else
                    for (var x = 0; x < padding.Width; x++)
                    {
                        from.Slice(Patches.Wrap(x - padding.Width, size.Width) * channels, channels).CopyTo(to[(x * channels)..]);
                        from.Slice(Patches.Wrap(x, size.Width) * channels, channels).CopyTo(to[(side + line + x * channels)..]);
                    }
            }
        }
        return all;
    }

    /// <summary>grid = β grid + the results, turned back.</summary>
    private void Return<T>(ReadOnlyBatch<T> sums, T beta, Span<T> grid) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var (outputs, width) = (sums.Width, images.Grid.Width);
        var to = T.IsZero(beta) ? grid : frame.RentSpan<T>(grid.Length);
        for (var line = 0; line < images.Grid.Height; line++)
            Stencils.Transpose(sums.Values[(line * columns.Written * outputs)..], width, outputs, outputs, to[(line * width)..], images.Grid.Height * width);
        if (!T.IsZero(beta))
            TensorPrimitives.Add(grid, to, grid);
    }

    /// <summary>Kernels in the space of the products, [36 × (channels + 1), outputs].</summary>
    private static unsafe Batch<T> Kernels<T>(ReadOnlyBatch<T> weights, ScratchFrame whole) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (outputs, channels) = (weights.Rows, weights.Width / 9);
        var kernels = whole.Rent<T>(Products * (channels + 1), outputs);
        using var frame = Scratch.Enter();
        var legs = frame.Rent<T>(weights.Width, outputs);
        Numerics.Dense.Transpose(weights, legs);
        fixed (T* from = legs.Values, to = kernels.Values)
            for (var channel = 0; channel < channels; channel++)
            {
                T* g = from + 9 * channel * outputs, u = to + channel * outputs;
                if (Lanes512<T>.IsSupported)
                    WinogradTile<T, Vector512<T>, Lanes512<T>>.Kernel(outputs, g, u, (channels + 1) * outputs);
                else if (Lanes256<T>.IsSupported)
                    WinogradTile<T, Vector256<T>, Lanes256<T>>.Kernel(outputs, g, u, (channels + 1) * outputs);
                else
                    WinogradTile<T, T, ScalarLanes<T>>.Kernel(outputs, g, u, (channels + 1) * outputs);
            }
        return kernels;
    }

    /// <summary>The transpose of <see cref="Kernels"/>.</summary>
    private static unsafe void AddKernels<T>(ReadOnlyBatch<T> kernels, Batch<T> weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (outputs, channels) = (weights.Rows, weights.Width / 9);
        using var frame = Scratch.Enter();
        var legs = frame.Rent<T>(weights.Width, outputs);
        var turned = frame.Rent<T>(outputs, weights.Width);
        fixed (T* from = kernels.Values, to = legs.Values)
            for (var channel = 0; channel < channels; channel++)
            {
                T* u = from + channel * outputs, g = to + 9 * channel * outputs;
                if (Lanes512<T>.IsSupported)
                    WinogradTile<T, Vector512<T>, Lanes512<T>>.KernelAdjoint(outputs, u, (channels + 1) * outputs, g);
                else if (Lanes256<T>.IsSupported)
                    WinogradTile<T, Vector256<T>, Lanes256<T>>.KernelAdjoint(outputs, u, (channels + 1) * outputs, g);
                else
                    WinogradTile<T, T, ScalarLanes<T>>.KernelAdjoint(outputs, u, (channels + 1) * outputs, g);
            }
        Numerics.Dense.Transpose(legs, turned);
        TensorPrimitives.Add(weights.Values, turned.Values, weights.Values);
    }

    /// <summary>Tiles of some lines of tiles of images in the space of the products, [36 × (tiles + 1), channels].</summary>
    private unsafe void Transform<T>(ReadOnlyBatch<T> pixels, int rows, int first, int count, Batch<T> inputs) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var channels = pixels.Width;
        nint step = (nint)(rows * count * columns.Tiles + 1) * channels, line = (nint)lines.Apart * columns.Read * channels, column = (nint)columns.Apart * channels;
        fixed (T* from = pixels.Values, to = inputs.Values)
        {
            var u = to;
            for (var row = 0; row < rows; row++)
                for (var i = first; i < first + count; i++)
                    foreach (var j in columns.Origins)
                    {
                        var d = from + ((nint)row * Read + (nint)lines.Origins[i] * columns.Read + j) * channels;
                        if (Lanes512<T>.IsSupported)
                            WinogradTile<T, Vector512<T>, Lanes512<T>>.Image(channels, d, line, column, u, step);
                        else if (Lanes256<T>.IsSupported)
                            WinogradTile<T, Vector256<T>, Lanes256<T>>.Image(channels, d, line, column, u, step);
                        else
                            WinogradTile<T, T, ScalarLanes<T>>.Image(channels, d, line, column, u, step);
                        u += channels;
                    }
        }
    }

    /// <summary>The results of some lines of tiles, from the space of the products.</summary>
    private unsafe void Collect<T>(ReadOnlyBatch<T> products, int rows, int first, int count, ReadOnlySpan<T> bias, Batch<T> sums) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var outputs = sums.Width;
        nint step = (nint)(rows * count * columns.Tiles + 1) * outputs, line = (nint)lines.Apart * columns.Written * outputs, column = (nint)columns.Apart * outputs;
        fixed (T* from = products.Values, to = sums.Values, b = bias)
        {
            var m = from;
            for (var row = 0; row < rows; row++)
                for (var i = first; i < first + count; i++)
                    foreach (var j in columns.Origins)
                    {
                        var y = to + ((nint)row * Written + (nint)lines.Origins[i] * columns.Written + j) * outputs;
                        if (Lanes512<T>.IsSupported)
                            WinogradTile<T, Vector512<T>, Lanes512<T>>.Result(outputs, m, step, b, y, line, column);
                        else if (Lanes256<T>.IsSupported)
                            WinogradTile<T, Vector256<T>, Lanes256<T>>.Result(outputs, m, step, b, y, line, column);
                        else
                            WinogradTile<T, T, ScalarLanes<T>>.Result(outputs, m, step, b, y, line, column);
                        m += outputs;
                    }
        }
    }

    /// <summary>The transpose of <see cref="Collect"/> in the products.</summary>
    private unsafe void Spread<T>(ReadOnlyBatch<T> factors, int rows, int first, int count, Batch<T> spread) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var outputs = factors.Width;
        nint step = (nint)(rows * count * columns.Tiles + 1) * outputs, line = (nint)lines.Apart * columns.Written * outputs, column = (nint)columns.Apart * outputs;
        fixed (T* from = factors.Values, to = spread.Values)
        {
            var m = to;
            for (var row = 0; row < rows; row++)
                for (var i = first; i < first + count; i++)
                    foreach (var j in columns.Origins)
                    {
                        var y = from + ((nint)row * Written + (nint)lines.Origins[i] * columns.Written + j) * outputs;
                        if (Lanes512<T>.IsSupported)
                            WinogradTile<T, Vector512<T>, Lanes512<T>>.Spread(outputs, y, line, column, m, step);
                        else if (Lanes256<T>.IsSupported)
                            WinogradTile<T, Vector256<T>, Lanes256<T>>.Spread(outputs, y, line, column, m, step);
                        else
                            WinogradTile<T, T, ScalarLanes<T>>.Spread(outputs, y, line, column, m, step);
                        m += outputs;
                    }
        }
    }
}
