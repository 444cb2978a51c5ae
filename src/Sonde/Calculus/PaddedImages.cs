using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus;

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

    /// <summary>y += W ∗ x, or y = W ∗ x + b where there is a bias.</summary>
    /// <param name="x">An image a row.</param>
    /// <param name="weights">[outputs, channels × kernel].</param>
    /// <param name="bias">[outputs] or empty.</param>
    /// <param name="adds">Whether y is added to.</param>
    /// <param name="y">Outputs × grid, a row each.</param>
    public void Convolve<T>(ReadOnlyBatch<T> x, ReadOnlyBatch<T> weights, ReadOnlySpan<T> bias, bool adds, Batch<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var block in new Blocks(this, x.Rows, x.Width))
        {
            using var frame = Scratch.Enter();
            var plane = Plane(x, block, frame, out var offsets);
            var count = (block.Rows * block.Lines - 1) * Pitch + Grid.Width;
            var sums = frame.Rent<T>(weights.Rows, Stencils.Whole(count));
            Stencils.Multiply(weights, plane.Values, offsets, count, sums);
            for (var row = 0; row < block.Rows; row++)
                for (var output = 0; output < weights.Rows; output++)
                    for (var line = 0; line < block.Lines; line++)
                    {
                        var from = sums[output].Slice((row * block.Lines + line) * Pitch, Grid.Width);
                        var to = y[block.Row + row].Slice((output * Grid.Height + block.Line + line) * Grid.Width, Grid.Width);
                        if (adds)
                            TensorPrimitives.Add(to, from, to);
                        else
                            TensorPrimitives.Add(from, bias.IsEmpty ? T.Zero : bias[output], to);
                    }
        }
    }

    /// <summary>W̄ += the sum over patches of ȳ at the patch times the patch.</summary>
    public void AddWeightAdjoint<T>(ReadOnlyBatch<T> x, ReadOnlyBatch<T> yBar, Batch<T> weightsBar) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var whole = Scratch.Enter();
        var outputs = weightsBar.Rows;
        var transposed = whole.RentCleared<T>(weightsBar.Width, Stencils.Whole(outputs));
        foreach (var block in new Blocks(this, x.Rows, x.Width))
        {
            using var frame = Scratch.Enter();
            var plane = Plane(x, block, frame, out var offsets);
            var pixels = block.Lines * Grid.Width;
            var factors = frame.RentSpan<T>(block.Rows * pixels * outputs + Stencils.Room);
            var part = frame.Rent<T>(outputs, pixels);
            for (var row = 0; row < block.Rows; row++)
            {
                var image = new ReadOnlyBatch<T>(yBar[block.Row + row], outputs, Grid.Height * Grid.Width);
                Operations.Channels.CopyPart(image, block.Line * Grid.Width, part);
                Dense.Transpose(part, new Batch<T>(factors.Slice(row * pixels * outputs, pixels * outputs), pixels, outputs));
            }
            Stencils.AddProducts(block.Rows * block.Lines, Grid.Width, plane.Values, Pitch, offsets, factors, outputs, transposed);
        }
        for (var output = 0; output < outputs; output++)
        {
            var to = weightsBar[output];
            for (var leg = 0; leg < to.Length; leg++)
                to[leg] += transposed[leg, output];
        }
    }

    /// <summary>The kernel turned round, as the reversed images are convolved with: [channels, outputs × kernel].</summary>
    public void Turn<T>(ReadOnlyBatch<T> weights, Batch<T> turned) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var legs = Kernel.Height * Kernel.Width;
        for (var output = 0; output < weights.Rows; output++)
            for (var channel = 0; channel < turned.Rows; channel++)
            {
                var to = turned[channel].Slice(output * legs, legs);
                weights[output].Slice(channel * legs, legs).CopyTo(to);
                to.Reverse();
            }
    }

    /// <summary>The padded images of a block, [channels, lines × pitch and room], and where in them the kernel's legs begin.</summary>
    private Batch<T> Plane<T>(ReadOnlyBatch<T> x, Block block, ScratchFrame frame, out ReadOnlySpan<nint> offsets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var channels = x.Width / (Image.Height * Image.Width);
        var lines = block.Lines + MoreLines;
        var plane = frame.Rent<T>(channels, block.Rows * lines * Pitch + Stencils.Room * 3);
        for (var channel = 0; channel < channels; channel++)
            for (var row = 0; row < block.Rows; row++)
                for (var line = 0; line < lines; line++)
                {
                    var from = x[block.Row + row].Slice(channel * Image.Height * Image.Width, Image.Height * Image.Width);
                    Pad(from, block.Line + line - Padding.Height, plane[channel].Slice((row * lines + line) * Pitch, Pitch));
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

    /// <summary>A line of the padded image.</summary>
    private void Pad<T>(ReadOnlySpan<T> image, int line, Span<T> to) where T : unmanaged
    {
        if (Border == Border.Zero && (line < 0 || line >= Image.Height))
        {
            to.Clear();
            return;
        }
        var from = image.Slice(Patches.Wrap(line, Image.Height) * Image.Width, Image.Width);
        from.CopyTo(to[Padding.Width..]);
        if (Border == Border.Zero)
        {
            to[..Padding.Width].Clear();
            to[^Padding.Width..].Clear();
        }
        else
            for (var x = 0; x < Padding.Width; x++)
            {
                to[x] = from[Patches.Wrap(x - Padding.Width, Image.Width)];
                to[Padding.Width + Image.Width + x] = from[Patches.Wrap(x, Image.Width)];
            }
    }

    /// <summary>Several whole images whose lines are alone under the kernel, or some lines of one.</summary>
    private readonly record struct Block(int Row, int Rows, int Line, int Lines);

    /// <summary>Blocks that stay in the cache.</summary>
    private ref struct Blocks(PaddedImages images, int rows, int width)
    {
        private readonly int rowsAtOnce = images.MoreLines + images.Padding.Height == 0 ? Math.Clamp(NumbersAtOnce / width, 1, rows) : 1;
        private readonly int linesAtOnce = Math.Clamp((int)((long)NumbersAtOnce * images.Image.Height / width), 1, images.Grid.Height);
        private Block block;

        public readonly Block Current => block;

        public readonly Blocks GetEnumerator() => this;

        public bool MoveNext()
        {
            var line = block.Line + block.Lines;
            if (line >= images.Grid.Height)
                block = new(block.Row + block.Rows, 0, 0, 0);
            else
                block = block with { Line = line };
            var lines = rowsAtOnce > 1 ? images.Grid.Height : Math.Min(linesAtOnce, images.Grid.Height - block.Line);
            block = new(block.Row, Math.Min(rowsAtOnce, rows - block.Row), block.Line, lines);
            return block.Rows > 0;
        }
    }
}
