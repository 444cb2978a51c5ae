using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Calculus.Operations;

/// <summary>What images, kernels and results are turned into before and after the products.</summary>
internal sealed partial class Winograd
{
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
