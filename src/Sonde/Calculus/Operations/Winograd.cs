using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Calculus.Operations;

/// <summary>
/// Convolutions with kernels of 3 × 3 on many channels by 16 products of matrices for each 2 × 2 pixels in the place of 36:
/// <see cref="WinogradTile{T, V, L}"/>. Images are turned so that the channels of a pixel lie together.
/// </summary>
internal sealed class Winograd
{
    private const int ChannelsAtOnce = 16;      // the largest register of float
    private const int NumbersAtOnce = 1 << 17;
    private readonly Extent image, grid;
    private readonly int[] lines, columns;      // of the image, for each of the padded image; −1 for zeros

    private Winograd(PaddedImages images)
    {
        (image, grid) = (images.Image, images.Grid);
        lines = Places(TileLines, image.Height, images.Padding.Height, images.Border == Border.Circular);
        columns = Places(TileColumns, image.Width, images.Padding.Width, images.Border != Border.Zero);
    }

    private int TileLines => (grid.Height + 1) / 2;

    private int TileColumns => (grid.Width + 1) / 2;

    /// <summary>For kernels of 3 × 3 neighbours; null for others.</summary>
    public static Winograd? Of(PaddedImages? images) =>
        images is { Kernel: { Height: 3, Width: 3 }, Dilation: { Height: 1, Width: 1 }, Grid: { Height: > 1, Width: > 1 } } ? new(images) : null;

    /// <summary>Whether both numbers of channels fill registers.</summary>
    public static bool Fits(int channels, int outputs) => channels % ChannelsAtOnce == 0 && outputs % ChannelsAtOnce == 0;

    /// <summary>grids += W ∗ images, a row each.</summary>
    public void AddConvolved<T>(ReadOnlyBatch<T> weights, ReadOnlyBatch<T> images, Batch<T> grids) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var whole = Scratch.Enter();
        var (outputs, channels) = (weights.Rows, weights.Width / 9);
        var kernels = Kernels(weights, whole);                                          // [16 × (channels + 1), outputs]
        for (var row = 0; row < images.Rows; row++)
        {
            using var frame = Scratch.Enter();
            var pixels = Turned(images[row], channels, frame);
            var sums = frame.RentCleared<T>(grid.Height * grid.Width, outputs);
            for (int first = 0, count; first < TileLines; first += count)
            {
                count = AtOnce(channels, outputs, first);
                using var block = Scratch.Enter();
                var tiles = count * TileColumns;
                var inputs = block.Rent<T>(16 * (tiles + 1), channels);
                var products = block.Rent<T>(16 * (tiles + 1), outputs);
                Transform(pixels, first, count, inputs);
                for (var k = 0; k < 16; k++)
                    Numerics.Dense.Multiply(Part(inputs, k, tiles), Part(kernels, k, channels), Part(products, k, tiles));
                Collect(products, first, count, sums);
            }
            var result = frame.Rent<T>(outputs, sums.Rows);
            Numerics.Dense.Transpose(sums, result);
            TensorPrimitives.Add(grids[row], result.Values, grids[row]);
        }
    }

    /// <summary>W at o += the sum over patches of images of the grid's number at o times the patch.</summary>
    public void AddWeights<T>(ReadOnlyBatch<T> images, ReadOnlyBatch<T> grids, Batch<T> weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var whole = Scratch.Enter();
        var (outputs, channels) = (weights.Rows, weights.Width / 9);
        var kernels = whole.RentCleared<T>(16 * (channels + 1), outputs);
        for (var row = 0; row < images.Rows; row++)
        {
            using var frame = Scratch.Enter();
            var pixels = Turned(images[row], channels, frame);
            var factors = Turned(grids[row], outputs, frame);
            for (int first = 0, count; first < TileLines; first += count)
            {
                count = AtOnce(channels, outputs, first);
                using var block = Scratch.Enter();
                var tiles = count * TileColumns;
                var inputs = block.Rent<T>(16 * (tiles + 1), channels);
                var spread = block.Rent<T>(16 * (tiles + 1), outputs);
                Transform(pixels, first, count, inputs);
                Spread(factors, first, count, spread);
                for (var k = 0; k < 16; k++)
                    Numerics.Dense.MultiplyTransposedLeft(T.One, Part(inputs, k, tiles), Part(spread, k, tiles), T.One, Part(kernels, k, channels));
            }
        }
        AddKernels(kernels, weights);
    }

    /// <summary>One of the sixteen matrices of a stack. A row lies between them, lest they share lines of the cache.</summary>
    private static Batch<T> Part<T>(Batch<T> stack, int k, int rows) where T : unmanaged, IBinaryFloatingPointIeee754<T> => stack.Slice(k * (rows + 1), rows);

    /// <summary>Which line or column of the image each of the padded image is.</summary>
    private static int[] Places(int tiles, int length, int padding, bool wraps)
    {
        var places = new int[2 * tiles + 2];
        for (var i = 0; i < places.Length; i++)
            places[i] = i - padding is var place && place >= 0 && place < length ? place : wraps ? Patches.Wrap(place, length) : -1;
        return places;
    }

    private int AtOnce(int channels, int outputs, int first) =>
        Math.Clamp(NumbersAtOnce / (16 * (channels + outputs) * TileColumns), 1, TileLines - first);

    /// <summary>An image with the channels of each pixel beside each other, [pixels, channels].</summary>
    private static ReadOnlyBatch<T> Turned<T>(ReadOnlySpan<T> row, int channels, ScratchFrame frame) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var turned = frame.Rent<T>(row.Length / channels, channels);
        Numerics.Dense.Transpose(new ReadOnlyBatch<T>(row, channels, turned.Rows), turned);
        return turned;
    }

    /// <summary>Kernels in the space of the products, [16 × (channels + 1), outputs].</summary>
    private static unsafe Batch<T> Kernels<T>(ReadOnlyBatch<T> weights, ScratchFrame whole) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (outputs, channels) = (weights.Rows, weights.Width / 9);
        var kernels = whole.Rent<T>(16 * (channels + 1), outputs);
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

    /// <summary>Tiles of some lines in the space of the products, [16 × (tiles + 1), channels].</summary>
    private unsafe void Transform<T>(ReadOnlyBatch<T> pixels, int first, int count, Batch<T> inputs) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var channels = pixels.Width;
        var step = (nint)(count * TileColumns + 1) * channels;
        var down = frame.RentSpan<nint>(4);
        var across = frame.RentSpan<nint>(columns.Length);
        for (var i = 0; i < columns.Length; i++)
            across[i] = columns[i] * channels;
        fixed (T* from = pixels.Values, to = inputs.Values, zeros = frame.RentCleared<T>(1, channels).Values)
        fixed (nint* pDown = down, pAcross = across)
        {
            var tile = to;
            for (var line = first; line < first + count; line++)
            {
                for (var i = 0; i < 4; i++)
                    down[i] = lines[2 * line + i] * image.Width * channels;
                for (var column = 0; column < TileColumns; column++, tile += channels)
                    if (Lanes512<T>.IsSupported)
                        WinogradTile<T, Vector512<T>, Lanes512<T>>.Image(channels, from, pDown, pAcross + 2 * column, zeros, tile, step);
                    else if (Lanes256<T>.IsSupported)
                        WinogradTile<T, Vector256<T>, Lanes256<T>>.Image(channels, from, pDown, pAcross + 2 * column, zeros, tile, step);
                    else
                        WinogradTile<T, T, ScalarLanes<T>>.Image(channels, from, pDown, pAcross + 2 * column, zeros, tile, step);
            }
        }
    }

    /// <summary>Adds the results of some lines of tiles, from the space of the products.</summary>
    private unsafe void Collect<T>(ReadOnlyBatch<T> products, int first, int count, Batch<T> sums) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var outputs = sums.Width;
        nint step = (nint)(count * TileColumns + 1) * outputs, line = (nint)grid.Width * outputs;
        fixed (T* from = products.Values, to = sums.Values)
            for (var tile = 0; tile < count * TileColumns; tile++)
            {
                var (i, j) = (2 * (first + tile / TileColumns), 2 * (tile % TileColumns));
                T* m = from + (nint)tile * outputs, y = to + i * line + j * outputs;
                var (two, wide) = (i + 1 < grid.Height, j + 1 < grid.Width);
                if (Lanes512<T>.IsSupported)
                    WinogradTile<T, Vector512<T>, Lanes512<T>>.Result(outputs, m, step, y, line, outputs, two, wide);
                else if (Lanes256<T>.IsSupported)
                    WinogradTile<T, Vector256<T>, Lanes256<T>>.Result(outputs, m, step, y, line, outputs, two, wide);
                else
                    WinogradTile<T, T, ScalarLanes<T>>.Result(outputs, m, step, y, line, outputs, two, wide);
            }
    }

    /// <summary>The transpose of <see cref="Collect"/>.</summary>
    private unsafe void Spread<T>(ReadOnlyBatch<T> factors, int first, int count, Batch<T> spread) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var outputs = factors.Width;
        nint step = (nint)(count * TileColumns + 1) * outputs, line = (nint)grid.Width * outputs;
        fixed (T* from = factors.Values, to = spread.Values)
            for (var tile = 0; tile < count * TileColumns; tile++)
            {
                var (i, j) = (2 * (first + tile / TileColumns), 2 * (tile % TileColumns));
                T* m = to + (nint)tile * outputs, y = from + i * line + j * outputs;
                var (two, wide) = (i + 1 < grid.Height, j + 1 < grid.Width);
                if (Lanes512<T>.IsSupported)
                    WinogradTile<T, Vector512<T>, Lanes512<T>>.Spread(outputs, y, line, outputs, two, wide, m, step);
                else if (Lanes256<T>.IsSupported)
                    WinogradTile<T, Vector256<T>, Lanes256<T>>.Spread(outputs, y, line, outputs, two, wide, m, step);
                else
                    WinogradTile<T, T, ScalarLanes<T>>.Spread(outputs, y, line, outputs, two, wide, m, step);
            }
    }
}
