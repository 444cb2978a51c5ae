using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// The trilinear form of a convolution, Σ W[o, k] image[patch p, k] grid[o, p], in each of its factors: what it is times. Images and grids are
/// rows; where a kernel moves pixel by pixel they are read where they lie (<see cref="PaddedImages"/>), elsewhere patches are copied out.
/// </summary>
internal sealed class PatchProducts
{
    private readonly Patches patches;
    private readonly PaddedImages? padded, reversed;
    private readonly Winograd? quick, quickReversed;

    public PatchProducts(Patches patches)
    {
        (this.patches, padded) = (patches, PaddedImages.Of(patches));
        reversed = padded?.Reversed;
        (quick, quickReversed) = (Winograd.Of(padded), Winograd.Of(reversed));
    }

    /// <summary>grid[o, p] = β grid[o, p] + b[o] + Σₖ W[o, k] image[patch p, k]; β is 0 or 1, and no b is 0.</summary>
    public void Convolve<T>(ReadOnlyBatch<T> weights, ReadOnlySpan<T> b, ReadOnlyBatch<T> images, T beta, Batch<T> grids, Workers workers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (quick is not null && Winograd.Fits(patches.Image.Channels, weights.Rows))
        {
            quick.Convolve(weights, b, images, beta, grids, workers);
            return;
        }
        else if (padded is not null)
        {
            padded.Convolve(weights, b, images, beta, grids);
            return;
        }
        Begin(b, beta, grids);
        for (var first = 0; first < patches.Grid.Height; first += patches.LinesAtOnce)
        {
            using var frame = Scratch.Enter();
            var lines = Lines(first);
            var columns = frame.Rent<T>(patches.Size, lines * patches.Grid.Width);
            var part = frame.Rent<T>(weights.Rows, columns.Width);
            for (var row = 0; row < images.Rows; row++)
            {
                patches.Unfold(images[row], first, lines, columns);
                Numerics.Dense.Multiply(weights, columns, part);
                Channels.AddPart(part, first * patches.Grid.Width, Grid(grids[row]));
            }
        }
    }

    /// <summary>image[patch p, k] = β image[patch p, k] + b of its channel + Σₒ W[o, k] grid[o, p]; β is 0 or 1, and no b is 0.</summary>
    public void Lay<T>(ReadOnlyBatch<T> weights, ReadOnlySpan<T> b, ReadOnlyBatch<T> grids, T beta, Batch<T> images, Workers workers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var whole = Scratch.Enter();
        if (reversed is not null)
        {
            var turned = whole.Rent<T>(patches.Image.Channels, weights.Values.Length / patches.Image.Channels);
            Turn(weights, turned);
            if (quickReversed is not null && Winograd.Fits(patches.Image.Channels, weights.Rows))
                quickReversed.Convolve(turned, b, grids, beta, images, workers);
            else
                reversed.Convolve(turned, b, grids, beta, images);
            return;
        }
        Begin(b, beta, images);
        for (var first = 0; first < patches.Grid.Height; first += patches.LinesAtOnce)
        {
            using var frame = Scratch.Enter();
            var lines = Lines(first);
            var columns = frame.Rent<T>(patches.Size, lines * patches.Grid.Width);
            var part = frame.Rent<T>(weights.Rows, columns.Width);
            for (var row = 0; row < images.Rows; row++)
            {
                Channels.CopyPart(Grid(grids[row]), first * patches.Grid.Width, part);
                Numerics.Dense.MultiplyTransposedLeft(T.One, weights, part, T.Zero, columns);
                patches.AddFolded(columns, first, lines, images[row]);
            }
        }
    }

    /// <summary>W[o, k] += Σₚ image[patch p, k] grid[o, p], and b[o] += Σₚ grid[o, p] where there is b.</summary>
    public void AddWeights<T>(ReadOnlyBatch<T> images, ReadOnlyBatch<T> grids, Batch<T> weights, Span<T> b, Workers workers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (quick is not null && Winograd.Fits(patches.Image.Channels, weights.Rows))
        {
            quick.AddWeights(images, grids, weights, b, workers);
            return;
        }
        if (!b.IsEmpty)
            Channels.AddSums(grids, b);
        if (padded is not null)
            padded.AddWeights(images, grids, weights);
        else
            for (var first = 0; first < patches.Grid.Height; first += patches.LinesAtOnce)
            {
                using var frame = Scratch.Enter();
                var lines = Lines(first);
                var columns = frame.Rent<T>(patches.Size, lines * patches.Grid.Width);
                var part = frame.Rent<T>(weights.Rows, columns.Width);
                for (var row = 0; row < images.Rows; row++)
                {
                    patches.Unfold(images[row], first, lines, columns);
                    Channels.CopyPart(Grid(grids[row]), first * patches.Grid.Width, part);
                    Numerics.Dense.MultiplyTransposedRight(T.One, part, columns, T.One, weights);
                }
            }
    }

    /// <summary>What products are added to.</summary>
    private static void Begin<T>(ReadOnlySpan<T> b, T beta, Batch<T> images) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsZero(beta) && b.IsEmpty)
            images.Clear();
        else if (T.IsZero(beta))
            Channels.Fill(b, images);
        else if (!b.IsEmpty)
            Channels.Add(b, images);
    }

    private int Lines(int first) => Math.Min(patches.LinesAtOnce, patches.Grid.Height - first);

    private Batch<T> Grid<T>(Span<T> row) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(row, row.Length / patches.Count, patches.Count);

    private ReadOnlyBatch<T> Grid<T>(ReadOnlySpan<T> row) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(row, row.Length / patches.Count, patches.Count);

    /// <summary>The kernel turned round, as the reversed images are convolved with: [channels of the image, channels of the grid × kernel].</summary>
    private void Turn<T>(ReadOnlyBatch<T> weights, Batch<T> turned) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var legs = patches.Kernel.Height * patches.Kernel.Width;
        for (var output = 0; output < weights.Rows; output++)
            for (var channel = 0; channel < turned.Rows; channel++)
            {
                var to = turned[channel].Slice(output * legs, legs);
                weights[output].Slice(channel * legs, legs).CopyTo(to);
                to.Reverse();
            }
    }
}
