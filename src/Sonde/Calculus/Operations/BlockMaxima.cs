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
        var largest = frame.Rent<T>(1, image.Width)[0];
        for (var row = 0; row < y.Rows; row++)
            for (var line = 0; line < pooled.Channels * pooled.Height; line++)
            {
                Columns(x[0][row], First(line), largest);
                var to = y[row].Slice(line * pooled.Width, pooled.Width);
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
        for (var row = 0; row < dy.Rows; row++)
            for (var line = 0; line < pooled.Channels * pooled.Height; line++)
            {
                Choose(x[0][row], First(line), chosen);
                var to = dy[row].Slice(line * pooled.Width, pooled.Width);
                for (var i = 0; i < block.Height; i++)
                {
                    TensorPrimitives.Multiply(chosen[i], Line(dx[0][row], First(line), i), chosen[i]);
                    for (var pixel = 0; pixel < to.Length; pixel++)
                        to[pixel] += TensorPrimitives.Sum<T>(chosen[i].Slice(pixel * block.Width, block.Width));
                }
            }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var chosen = frame.Rent<T>(block.Height, image.Width);
        var copies = frame.RentCleared<T>(1, image.Width)[0];
        for (var row = 0; row < yBar.Rows; row++)
            for (var line = 0; line < pooled.Channels * pooled.Height; line++)
            {
                Choose(x[0][row], First(line), chosen);
                var from = yBar[row].Slice(line * pooled.Width, pooled.Width);
                for (var (pixel, place) = (0, 0); pixel < from.Length; pixel++)
                    for (var j = 0; j < block.Width; j++)
                        copies[place++] = from[pixel];
                for (var i = 0; i < block.Height; i++)
                {
                    var to = xBar[0][row].Slice(First(line) + i * image.Width, image.Width);
                    TensorPrimitives.MultiplyAdd(chosen[i], copies, to, to);
                }
            }
    }

    /// <summary>Where in a row the blocks of a line begin.</summary>
    private int First(int line) => (line / pooled.Height * image.Height + line % pooled.Height * block.Height) * image.Width;

    private ReadOnlySpan<T> Line(ReadOnlySpan<T> x, int first, int i) => x.Slice(first + i * image.Width, image.Width);

    /// <summary>The largest number in each column of a line of blocks.</summary>
    private void Columns(ReadOnlySpan<T> x, int first, Span<T> largest)
    {
        Line(x, first, 0).CopyTo(largest);
        for (var i = 1; i < block.Height; i++)
            TensorPrimitives.Max(largest, Line(x, first, i), largest);
    }

    /// <summary>1 at the largest number of each block of a line of blocks, 0 elsewhere: the first column that holds it, and the first line there.</summary>
    private void Choose(ReadOnlySpan<T> x, int first, Batch<T> chosen)
    {
        using var frame = Scratch.Enter();
        var largest = frame.Rent<T>(1, image.Width)[0];
        var left = frame.RentCleared<T>(1, image.Width)[0];             // 1 in columns where the largest number is still to be met
        Columns(x, first, largest);
        for (var place = 0; place < pooled.Width * block.Width; place += block.Width)
        {
            var best = place;
            for (var j = place + 1; j < place + block.Width; j++)
                best = largest[j] > largest[best] ? j : best;
            left[best] = T.One;
        }
        for (var i = 0; i < block.Height; i++)
        {
            var line = Line(x, first, i);
            var to = chosen[i];
            var place = 0;
            for (; place <= line.Length - Vector<T>.Count; place += Vector<T>.Count)
            {
                var open = new Vector<T>(left[place..]);
                var met = Vector.ConditionalSelect(Vector.Equals(new Vector<T>(line[place..]), new Vector<T>(largest[place..])), open, Vector<T>.Zero);
                met.CopyTo(to[place..]);
                (open - met).CopyTo(left[place..]);
            }
            for (; place < line.Length; place++)
            {
                to[place] = line[place] == largest[place] ? left[place] : T.Zero;
                left[place] -= to[place];
            }
        }
    }
}
