using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>
/// Where a kernel meets an image: the patches under it as it moves over the image and its padding. With a patch as a column, a
/// convolution is a matrix product.
/// </summary>
public sealed record Patches
{
    private const int NumbersAtOnce = 1 << 16;

    /// <summary>The patches of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="kernel">Lines and pixels of a patch.</param>
    /// <param name="stride">From one patch to the next; 1 where none is given.</param>
    /// <param name="padding">Lines above and below, pixels left and right; 0 where none is given.</param>
    /// <param name="border">What the padding holds.</param>
    /// <param name="dilation">From one of a kernel's numbers to the next, on the image; 1 where none is given.</param>
    /// <exception cref="ArgumentException">A size is too small, or no patch fits.</exception>
    public Patches(
        ImageShape image, Extent kernel, Extent? stride = null, Extent? padding = null, Border border = Border.Zero, Extent? dilation = null)
    {
        (Image, Kernel, Stride, Padding) = (image.Checked(nameof(image)), kernel, stride ?? Extent.One, padding ?? default);
        (Border, Dilation) = (border, dilation ?? Extent.One);
        if (kernel.Height < 1 || kernel.Width < 1)
            throw new ArgumentException($"A kernel has 1 or more lines and pixels, not {kernel}.", nameof(kernel));
        if (Stride.Height < 1 || Stride.Width < 1)
            throw new ArgumentException($"A stride is 1 or more, not {Stride}.", nameof(stride));
        if (Padding.Height < 0 || Padding.Width < 0)
            throw new ArgumentException($"A padding is 0 or more, not {Padding}.", nameof(padding));
        if (Dilation.Height < 1 || Dilation.Width < 1)
            throw new ArgumentException($"A dilation is 1 or more, not {Dilation}.", nameof(dilation));
        var (height, width) = (image.Height + 2 * Padding.Height, image.Width + 2 * Padding.Width);
        var reach = new Extent(Dilation.Height * (kernel.Height - 1) + 1, Dilation.Width * (kernel.Width - 1) + 1);
        if (reach.Height > height || reach.Width > width)
            throw new ArgumentException($"A kernel of {reach} does not fit into {height} × {width}, the image with its padding.", nameof(kernel));
        Grid = new((height - reach.Height) / Stride.Height + 1, (width - reach.Width) / Stride.Width + 1);
    }

    /// <summary>The image.</summary>
    public ImageShape Image { get; }

    /// <summary>Lines and pixels of a patch.</summary>
    public Extent Kernel { get; }

    /// <summary>From one patch to the next.</summary>
    public Extent Stride { get; }

    /// <summary>Lines above and below, pixels left and right.</summary>
    public Extent Padding { get; }

    /// <summary>What the padding holds.</summary>
    public Border Border { get; }

    /// <summary>From one of a kernel's numbers to the next.</summary>
    public Extent Dilation { get; }

    /// <summary>How many patches lie below and beside each other.</summary>
    public Extent Grid { get; }

    /// <summary>How many patches there are.</summary>
    public int Count => Grid.Height * Grid.Width;

    /// <summary>Numbers in a patch: channels × kernel.</summary>
    public int Size => Image.Channels * Kernel.Height * Kernel.Width;

    /// <summary>A patch around each pixel, or around every stride-th; a sequence, an image of one line, gets kernels of one line.</summary>
    /// <param name="image">The image.</param>
    /// <param name="kernel">Odd; lines and pixels of a patch.</param>
    /// <param name="stride">From one patch to the next.</param>
    /// <param name="border">What the padding holds.</param>
    /// <param name="dilation">From one of a kernel's numbers to the next.</param>
    /// <exception cref="ArgumentException">The kernel is even, or a size is too small.</exception>
    public static Patches Centered(ImageShape image, int kernel, int stride = 1, Border border = Border.Zero, int dilation = 1) => kernel % 2 == 1
        ? image.Height == 1
            ? new(image, new(1, kernel), new(1, stride), new(0, dilation * (kernel / 2)), border, new(1, dilation))
            : new(image, new(kernel), new(stride), new(dilation * (kernel / 2)), border, new(dilation))
        : throw new ArgumentException($"Only an odd kernel has a center, not one of {kernel}.", nameof(kernel));

    /// <summary>Lines of the grid that are unfolded at once, so that their patches stay in the cache.</summary>
    internal int LinesAtOnce => Math.Clamp(NumbersAtOnce / (Size * Grid.Width), 1, Grid.Height);

    /// <summary>The patches of lines of the grid as columns, [Size, lines × grid width].</summary>
    internal void Unfold<T>(ReadOnlySpan<T> image, int first, int lines, Batch<T> columns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < columns.Rows; row++)
        {
            var (channel, i, j) = Place(row);
            var column = columns[row];
            var plane = image.Slice(channel * Image.Height * Image.Width, Image.Height * Image.Width);
            for (var y = 0; y < lines; y++)
            {
                var to = column.Slice(y * Grid.Width, Grid.Width);
                if (Line((first + y) * Stride.Height + i) is >= 0 and var line)
                    Read(plane.Slice(line * Image.Width, Image.Width), j - Padding.Width, to);
                else
                    to.Clear();
            }
        }
    }

    /// <summary>The transpose of <see cref="Unfold"/>: image += the columns, each number where it came from.</summary>
    internal void AddFolded<T>(Batch<T> columns, int first, int lines, Span<T> image) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < columns.Rows; row++)
        {
            var (channel, i, j) = Place(row);
            var column = columns[row];
            var plane = image.Slice(channel * Image.Height * Image.Width, Image.Height * Image.Width);
            for (var y = 0; y < lines; y++)
                if (Line((first + y) * Stride.Height + i) is >= 0 and var line)
                    Add(column.Slice(y * Grid.Width, Grid.Width), plane.Slice(line * Image.Width, Image.Width), j - Padding.Width);
        }
    }

    private bool LinesAreRings => Border is Border.Circular or Border.Cylinder;

    /// <summary>A patch's number: its channel, and how far below and to the right of the patch's corner it lies.</summary>
    private (int Channel, int I, int J) Place(int row) => (
        row / (Kernel.Height * Kernel.Width), row / Kernel.Width % Kernel.Height * Dilation.Height, row % Kernel.Width * Dilation.Width);

    /// <summary>The image's line at a line of the padded image; −1 where there is none.</summary>
    private int Line(int padded)
    {
        var line = padded - Padding.Height;
        return line >= 0 && line < Image.Height ? line : Border == Border.Circular ? Wrap(line, Image.Height) : -1;
    }

    /// <summary>Which of a line's patches, at pixels start, start + stride, …, lie within the line.</summary>
    private (int First, int End) Within(int start)
    {
        var first = Math.Min(Grid.Width, start < 0 ? (-start + Stride.Width - 1) / Stride.Width : 0);
        return (first, Math.Max(first, Math.Min(Grid.Width, (Image.Width - start + Stride.Width - 1) / Stride.Width)));
    }

    private void Read<T>(ReadOnlySpan<T> line, int start, Span<T> to) where T : unmanaged
    {
        var (first, end) = Within(start);
        if (LinesAreRings)
        {
            for (var x = 0; x < first; x++)
                to[x] = line[Wrap(start + x * Stride.Width, line.Length)];
            for (var x = end; x < to.Length; x++)
                to[x] = line[Wrap(start + x * Stride.Width, line.Length)];
        }
        else
        {
            to[..first].Clear();
            to[end..].Clear();
        }
        if (Stride.Width == 1 && first < end)
            line.Slice(start + first, end - first).CopyTo(to[first..]);
        else
            for (var x = first; x < end; x++)
                to[x] = line[start + x * Stride.Width];
    }

    private void Add<T>(ReadOnlySpan<T> from, Span<T> line, int start) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (first, end) = Within(start);
        if (LinesAreRings)
        {
            for (var x = 0; x < first; x++)
                line[Wrap(start + x * Stride.Width, line.Length)] += from[x];
            for (var x = end; x < from.Length; x++)
                line[Wrap(start + x * Stride.Width, line.Length)] += from[x];
        }
        if (Stride.Width == 1 && first < end)
        {
            var part = line.Slice(start + first, end - first);
            TensorPrimitives.Add(part, from[first..end], part);
        }
        else
            for (var x = first; x < end; x++)
                line[start + x * Stride.Width] += from[x];
    }

    internal static int Wrap(int index, int length) => (index % length + length) % length;
}
