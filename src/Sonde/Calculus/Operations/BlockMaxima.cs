using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// Max pooling: images, a row each, whose pixels are the largest numbers of blocks. Lines and pixels at the end that fill no block are left
/// out, as in PyTorch. NaN is larger than any number, and has no derivative.
/// </summary>
public sealed class BlockMaxima<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ImageShape image, pooled;
    private readonly Extent block;

    /// <summary>Maxima of blocks.</summary>
    /// <exception cref="ArgumentException">A size is below 1, or the block larger than the image.</exception>
    public BlockMaxima(ImageShape image, Extent block)
    {
        (this.image, this.block) = (image.Checked(nameof(image)), block);
        if (block.Height < 1 || block.Width < 1 || block.Height > image.Height || block.Width > image.Width)
            throw new ArgumentException($"Blocks of {block} do not lie within an image of {image.Height} × {image.Width}.", nameof(block));
        pooled = new(image.Channels, image.Height / block.Height, image.Width / block.Width);
    }

    /// <summary>The image written.</summary>
    public ImageShape Pooled => pooled;

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => new(Blocks.RowsOf(x.Size(0), image), pooled.Count);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var largest = frame.Rent<T>(1, Covered)[0];
        for (var row = 0; row < y.Rows; row++)
            for (var line = 0; line < pooled.Channels * pooled.Height; line++)
            {
                var to = y[row].Slice(line * pooled.Width, pooled.Width);
                if (block.Width == 1)
                {
                    Maxima.Columns(block.Height, x[0][row][First(line)..], image.Width, to);
                    continue;
                }
                Maxima.Columns(block.Height, x[0][row][First(line)..], image.Width, largest);
                for (var (pixel, place) = (0, 0); pixel < to.Length; pixel++)
                {
                    var most = largest[place++];
                    for (var j = 1; j < block.Width; j++)
                        most = T.Max(most, largest[place++]);
                    to[pixel] = most;
                }
            }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var chosen = frame.Rent<T>(block.Height, image.Width);
        var ones = frame.Rent<T>(1, pooled.Width)[0];
        var rooms = new Rooms(this, frame);
        ones.Fill(T.One);
        for (var row = 0; row < dy.Rows; row++)
            for (var line = 0; line < pooled.Channels * pooled.Height; line++)
            {
                Place(x[0][row][First(line)..], y[row].Slice(line * pooled.Width, pooled.Width), ones, rooms, false, chosen.Values);
                var to = dy[row].Slice(line * pooled.Width, pooled.Width);
                for (var i = 0; i < block.Height; i++)
                {
                    TensorPrimitives.Multiply(chosen[i][..Covered], dx[0][row].Slice(First(line) + i * image.Width, Covered), chosen[i]);
                    for (var pixel = 0; pixel < to.Length; pixel++)
                        to[pixel] += TensorPrimitives.Sum<T>(chosen[i].Slice(pixel * block.Width, block.Width));
                }
            }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var rooms = new Rooms(this, frame);
        var adds = !T.IsZero(xBar.Beta(0));
        if (!adds && pooled.Height * block.Height * Covered < image.Height * image.Width)
            xBar[0].Clear();
        for (var row = 0; row < yBar.Rows; row++)
            for (var line = 0; line < pooled.Channels * pooled.Height; line++)
                Place(
                    x[0][row][First(line)..], y[row].Slice(line * pooled.Width, pooled.Width), yBar[row].Slice(line * pooled.Width, pooled.Width), rooms, adds,
                    xBar[0][row][First(line)..]);
    }

    /// <summary>Pixels of a line that lie in blocks.</summary>
    private int Covered => pooled.Width * block.Width;

    /// <summary>Where in a row the blocks of a line begin.</summary>
    private int First(int line) => (line / pooled.Height * image.Height + line % pooled.Height * block.Height) * image.Width;

    /// <summary>to = β to + a number for each block of a line of blocks where its largest stands: in the first column that holds it, at the first line there.</summary>
    private void Place(ReadOnlySpan<T> x, ReadOnlySpan<T> largest, ReadOnlySpan<T> numbers, Rooms rooms, bool adds, Span<T> to)
    {
        if (block.Width == 1)
        {
            Maxima.Place(block.Height, x, image.Width, largest, rooms.Closed, numbers, adds, to);
            return;
        }
        for (var (pixel, place) = (0, 0); pixel < largest.Length; pixel++)
            for (var j = 0; j < block.Width; j++, place++)
                (rooms.Largest[place], rooms.Numbers[place]) = (largest[pixel], numbers[pixel]);
        Maxima.Holds(block.Height, x, image.Width, rooms.Largest, rooms.Holds);
        rooms.Closed.Clear();
        for (var back = 1; back < block.Width; back++)
            TensorPrimitives.MultiplyAdd(rooms.Holds[..^back], rooms.Inside[back - 1][back..], rooms.Closed[back..], rooms.Closed[back..]);
        Maxima.Place(block.Height, x, image.Width, rooms.Largest, rooms.Closed, rooms.Numbers, adds, to);
    }

    /// <summary>Numbers for each column of a line of blocks.</summary>
    private readonly ref struct Rooms
    {
        public readonly Span<T> Largest, Numbers, Holds, Closed;

        /// <summary>1 where the column as many before is of the same block, 0 elsewhere.</summary>
        public readonly Batch<T> Inside;

        public Rooms(BlockMaxima<T> maxima, ScratchFrame frame)
        {
            var (count, width) = (maxima.Covered, maxima.block.Width);
            Largest = frame.RentSpan<T>(count);
            Numbers = frame.RentSpan<T>(count);
            Holds = frame.RentSpan<T>(count);
            Closed = frame.RentCleared<T>(1, count)[0];
            Inside = frame.Rent<T>(width - 1, count);
            for (var back = 1; back < width; back++)
                for (var column = 0; column < count; column++)
                    Inside[back - 1, column] = column % width >= back ? T.One : T.Zero;
        }
    }
}
