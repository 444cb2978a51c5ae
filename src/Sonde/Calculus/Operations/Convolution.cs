using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// A convolution of images, a row each, without flipping the kernel (as PyTorch's): y at output o and pixel p is b at o plus the sum of W at o
/// times the patch at p. Operands: x [rows, image], W [outputs, channels × kernel height × kernel width] and, where there is one, b [1, outputs].
/// A row of y is an image of outputs × grid.
/// </summary>
/// <param name="patches">Where the kernel meets the image.</param>
public sealed class Convolution<T>(Patches patches) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Patches patches = patches ?? throw new ArgumentNullException(nameof(patches));
    private readonly PaddedImages? padded = patches?.Padded, reversed = patches?.Padded?.Reversed;

    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        var (rows, weights) = (x.Size(0), x.Size(1));
        if (rows.Width != patches.Image.Count)
            throw new ArgumentException($"A convolution reads images of {patches.Image}, which are {patches.Image.Count} values, but was given rows of {rows.Width}.");
        if (weights.Width != patches.Size)
            throw new ArgumentException($"A convolution over patches of {patches.Size} values was given weights for {weights.Width}.");
        if (x.Count > 2 && x.Size(2) != new Size(1, weights.Rows))
            throw new ArgumentException($"A convolution with {weights.Rows} outputs needs a bias of 1 × {weights.Rows}, not of {x.Size(2)}.");
        return new(rows.Rows, checked(weights.Rows * patches.Count));
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        if (padded is not null)
        {
            padded.Convolve(x[0], x[1], x.Count > 2 ? x[2].Values : default, false, y);
            return;
        }
        for (var row = 0; row < y.Rows; row++)
        {
            var image = Image(y[row]);
            if (x.Count > 2)
                Channels.Fill(x[2].Values, image);
            else
                image.Clear();
            AddProduct(x[1], x[0][row], image);
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var row = 0; row < dy.Rows; row++)
        {
            var image = Image(dy[row]);
            if (dx.Has(0))
                AddProduct(x[1], dx[0][row], image);
            if (dx.Has(1))
                AddProduct(dx[1], x[0][row], image);
            if (x.Count > 2 && dx.Has(2))
                Channels.Add(dx[2].Values, image);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        if (reversed is not null)
        {
            using var frame = Scratch.Enter();
            if (xBar.Wants(0))
            {
                var turned = frame.Rent<T>(patches.Image.Channels, x[1].Values.Length / patches.Image.Channels);
                padded!.Turn(x[1], turned);
                reversed.Convolve(yBar, turned, default, true, xBar[0]);
            }
            if (xBar.Wants(1))
                padded!.AddWeightAdjoint(x[0], yBar, xBar[1]);
        }
        else
        for (var first = 0; first < patches.Grid.Height; first += patches.LinesAtOnce)
        {
            using var frame = Scratch.Enter();
            var lines = Math.Min(patches.LinesAtOnce, patches.Grid.Height - first);
            var columns = frame.Rent<T>(patches.Size, lines * patches.Grid.Width);
            var partBar = frame.Rent<T>(x.Size(1).Rows, columns.Width);
            for (var row = 0; row < yBar.Rows; row++)
            {
                Channels.CopyPart(Image(yBar[row]), first * patches.Grid.Width, partBar);
                if (xBar.Wants(0))
                {
                    Numerics.Dense.MultiplyTransposedLeft(T.One, x[1], partBar, T.Zero, columns);
                    patches.AddFolded(columns, first, lines, xBar[0][row]);
                }
                if (xBar.Wants(1))
                {
                    patches.Unfold(x[0][row], first, lines, columns);
                    Numerics.Dense.MultiplyTransposedRight(T.One, partBar, columns, T.One, xBar[1]);
                }
            }
        }
        for (var row = 0; x.Count > 2 && xBar.Wants(2) && row < yBar.Rows; row++)
            Channels.AddSums(Image(yBar[row]), xBar[2].Values);
    }

    /// <summary>image += weights times the patches of pixels.</summary>
    private void AddProduct(ReadOnlyBatch<T> weights, ReadOnlySpan<T> pixels, Batch<T> image)
    {
        for (var first = 0; first < patches.Grid.Height; first += patches.LinesAtOnce)
        {
            using var frame = Scratch.Enter();
            var lines = Math.Min(patches.LinesAtOnce, patches.Grid.Height - first);
            var columns = frame.Rent<T>(patches.Size, lines * patches.Grid.Width);
            var part = frame.Rent<T>(weights.Rows, columns.Width);
            patches.Unfold(pixels, first, lines, columns);
            Numerics.Dense.Multiply(weights, columns, part);
            Channels.AddPart(part, first * patches.Grid.Width, image);
        }
    }

    private Batch<T> Image(Span<T> row) => new(row, row.Length / patches.Count, patches.Count);

    private ReadOnlyBatch<T> Image(ReadOnlySpan<T> row) => new(row, row.Length / patches.Count, patches.Count);
}
