using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// Images with their padding, over which a kernel moves pixel by pixel: with all lines one after the other in memory, what is under a leg of
/// the kernel is the image itself, shifted. So a convolution is a product that reads no patches (<see cref="Stencils"/>).
/// </summary>
internal sealed record PaddedImages(Extent Image, Extent Kernel, Extent Dilation, Extent Padding, Border Border)
{
    private const int NumbersAtOnce = 1 << 16;

    /// <summary>Places of the kernel.</summary>
    public Extent Grid { get; } = new(
        Image.Height + 2 * Padding.Height - Dilation.Height * (Kernel.Height - 1), Image.Width + 2 * Padding.Width - Dilation.Width * (Kernel.Width - 1));

    /// <summary>From one line to the next.</summary>
    private int Pitch => Image.Width + 2 * Padding.Width;

    /// <summary>Lines that the kernel needs beyond those of the grid.</summary>
    private int MoreLines => Dilation.Height * (Kernel.Height - 1);

    /// <summary>
    /// The images over which the transposed convolution moves, with the kernel turned round: those that this one writes. Null where the wrapped
    /// edges of a periodic image make it more than a convolution.
    /// </summary>
    public PaddedImages? Reversed
    {
        get
        {
            var padding = new Extent(MoreLines - Padding.Height, Dilation.Width * (Kernel.Width - 1) - Padding.Width);
            var fits = padding is { Height: >= 0, Width: >= 0 } && (Border == Border.Zero || Grid == Image);
            return fits ? new(Grid, Kernel, Dilation, padding, Border) : null;
        }
    }

    /// <summary>The images of patches that lie pixel by pixel; null for others.</summary>
    public static PaddedImages? Of(Patches patches) => patches.Stride == Extent.One
        ? new(new(patches.Image.Height, patches.Image.Width), patches.Kernel, patches.Dilation, patches.Padding, patches.Border)
        : null;

    /// <summary>grids = β grids + b + W ∗ images, a row each; β is 0 or 1, and no b is 0.</summary>
    public void Convolve<T>(ReadOnlyBatch<T> weights, ReadOnlySpan<T> b, ReadOnlyBatch<T> images, T beta, Batch<T> grids) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var block in BlocksOf(images.Rows, images.Width))
        {
            using var frame = Scratch.Enter();
            var plane = Plane(images, block, frame, out var offsets);
            var count = (block.Rows * block.Lines - 1) * Pitch + Grid.Width;
            var sums = frame.Rent<T>(weights.Rows, Stencils.Whole(count));
            Stencils.Multiply(weights, plane.Values, offsets, count, sums);
            for (var row = 0; row < block.Rows; row++)
                for (var output = 0; output < weights.Rows; output++)
                    for (var line = 0; line < block.Lines; line++)
                    {
                        var to = grids[block.Row + row].Slice((output * Grid.Height + block.Line + line) * Grid.Width, Grid.Width);
                        var sum = sums[output].Slice((row * block.Lines + line) * Pitch, Grid.Width);
                        TensorPrimitives.Add(sum, b.IsEmpty ? T.Zero : b[output], sum);
                        if (T.IsZero(beta))
                            sum.CopyTo(to);
                        else
                            TensorPrimitives.Add(to, sum, to);
                    }
        }
    }

    /// <summary>W at o += the sum over patches of images of the grid's number at o times the patch.</summary>
    public void AddWeights<T>(ReadOnlyBatch<T> images, ReadOnlyBatch<T> grids, Batch<T> weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var whole = Scratch.Enter();
        var outputs = weights.Rows;
        var transposed = whole.RentCleared<T>(weights.Width, Stencils.Whole(outputs));
        foreach (var block in BlocksOf(images.Rows, images.Width))
        {
            using var frame = Scratch.Enter();
            var plane = Plane(images, block, frame, out var offsets);
            var pixels = block.Lines * Grid.Width;
            var factors = frame.RentSpan<T>(block.Rows * pixels * outputs + Stencils.Room);
            for (var row = 0; row < block.Rows; row++)
                Stencils.Transpose(
                    grids[block.Row + row][(block.Line * Grid.Width)..], outputs, Grid.Height * Grid.Width, pixels, factors[(row * pixels * outputs)..], outputs);
            Stencils.AddProducts(block.Rows * block.Lines, Grid.Width, plane.Values, Pitch, offsets, factors, outputs, transposed);
        }
        for (var output = 0; output < outputs; output++)
        {
            var to = weights[output];
            for (var leg = 0; leg < to.Length; leg++)
                to[leg] += transposed[leg, output];
        }
    }

    /// <summary>The padded images of a block, [channels, lines × pitch and room], and where in them the kernel's legs begin.</summary>
    private Batch<T> Plane<T>(ReadOnlyBatch<T> images, Block block, ScratchFrame frame, out ReadOnlySpan<nint> offsets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var channels = images.Width / (Image.Height * Image.Width);
        var lines = block.Lines + MoreLines;
        var plane = frame.Rent<T>(channels, block.Rows * lines * Pitch + Stencils.Room);
        for (var channel = 0; channel < channels; channel++)
            for (var row = 0; row < block.Rows; row++)
            {
                var from = images[block.Row + row].Slice(channel * Image.Height * Image.Width, Image.Height * Image.Width);
                Pad(from, block.Line - Padding.Height, plane[channel].Slice(row * lines * Pitch, lines * Pitch));
            }
        var legs = frame.RentSpan<nint>(channels * Kernel.Height * Kernel.Width);
        var leg = 0;
        for (var channel = 0; channel < channels; channel++)
            for (var i = 0; i < Kernel.Height; i++)
                for (var j = 0; j < Kernel.Width; j++)
                    legs[leg++] = channel * plane.Width + i * Dilation.Height * Pitch + j * Dilation.Width;
        offsets = legs;
        return plane;
    }

    /// <summary>Lines of the padded image, from a line of the image on, which may lie above it.</summary>
    private void Pad<T>(ReadOnlySpan<T> image, int line, Span<T> lines) where T : unmanaged
    {
        var (width, pitch, side) = (Image.Width, Pitch, Padding.Width);
        for (; lines.Length > 0; lines = lines[pitch..], line++)
        {
            var inside = (uint)line < (uint)Image.Height;
            if (!inside && Border != Border.Circular)
            {
                lines[..pitch].Clear();
                continue;
            }
            var from = image.Slice((inside ? line : Patches.Wrap(line, Image.Height)) * width, width);
            from.CopyTo(lines[side..]);
            for (var x = 0; x < side; x++)
            {
                lines[x] = Border == Border.Zero ? default : from[side <= width ? width - side + x : Patches.Wrap(x - side, width)];
                lines[side + width + x] = Border == Border.Zero ? default : from[side <= width ? x : Patches.Wrap(x, width)];
            }
        }
    }

    /// <summary>Several whole images whose lines are alone under the kernel, or some lines of one.</summary>
    private readonly record struct Block(int Row, int Rows, int Line, int Lines);

    /// <summary>Blocks that stay in the cache.</summary>
    private Blocks BlocksOf(int rows, int width) => new(
        rows, Grid.Height, MoreLines + Padding.Height == 0 ? Math.Clamp(NumbersAtOnce / width, 1, rows) : 1, Math.Clamp(NumbersAtOnce / (width / Image.Height), 1, Grid.Height));

    private ref struct Blocks(int rows, int height, int rowsAtOnce, int linesAtOnce)
    {
        private Block block;

        public readonly Block Current => block;

        public readonly Blocks GetEnumerator() => this;

        public bool MoveNext()
        {
            var line = block.Line + block.Lines;
            var (row, first) = line < height ? (block.Row, line) : (block.Row + block.Rows, 0);
            block = new(row, Math.Min(rowsAtOnce, rows - row), first, rowsAtOnce > 1 ? height : Math.Min(linesAtOnce, height - first));
            return block.Rows > 0;
        }
    }
}
