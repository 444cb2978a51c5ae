using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// A convolution of images, a row each, without flipping the kernel (as PyTorch's): y at output o and pixel p of the grid is b at o plus the
/// sum of W at o times the patch at p. Or its transpose in x, with a bias of its own: each pixel of the grid that is read lays a patch onto the
/// image that is written. Operands: x [rows, image], W [channels of the grid, channels of the image × kernel height × kernel width] and, where
/// there is one, b [1, channels written]. Images are of the patches' image, or of the grid of patches with as many channels as W has rows.
/// </summary>
/// <param name="patches">Where the kernel meets the image: the one read or, by a transposed convolution, the one written.</param>
/// <param name="transposed">Whether this is the transpose.</param>
public sealed class Convolution<T>(Patches patches, bool transposed = false) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Patches patches = patches ?? throw new ArgumentNullException(nameof(patches));
    private readonly PatchProducts products = new(patches);

    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        var (rows, weights) = (x.Size(0), x.Size(1));
        if (weights.Width != patches.Size)
            throw new ArgumentException($"A convolution over patches of {patches.Size} values was given weights for {weights.Width}.");
        var grid = new ImageShape(weights.Rows, patches.Grid.Height, patches.Grid.Width);
        var (read, written) = transposed ? (grid, patches.Image) : (patches.Image, grid);
        if (rows.Width != read.Count)
            throw new ArgumentException($"A convolution reads images of {read}, which are {read.Count} values, but was given rows of {rows.Width}.");
        if (x.Count > 2 && x.Size(2) != new Size(1, written.Channels))
            throw new ArgumentException($"A convolution onto {written.Channels} channels needs a bias of 1 × {written.Channels}, not of {x.Size(2)}.");
        return new(rows.Rows, written.Count);
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        Write(x[1], x.Count > 2 ? x[2].Values : [], x[0], T.Zero, y, x.Workers);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        if (dx.Has(0))
            Write(x[1], [], dx[0], T.One, dy, x.Workers);
        if (dx.Has(1))
            Write(dx[1], [], x[0], T.One, dy, x.Workers);
        if (x.Count > 2 && dx.Has(2))
            Channels.Add(dx[2].Values, dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        if (xBar.Wants(0) && transposed)
            products.Convolve(x[1], [], yBar, xBar.Beta(0), xBar[0], x.Workers);
        else if (xBar.Wants(0))
            products.Lay(x[1], [], yBar, xBar.Beta(0), xBar[0], x.Workers);
        var bias = x.Count > 2 && xBar.Wants(2) ? xBar[2].Values : [];
        if (xBar.Wants(1) && !transposed)
            products.AddWeights(x[0], yBar, xBar[1], bias, x.Workers);
        else if (!bias.IsEmpty)
            Channels.AddSums(yBar, bias);
        if (xBar.Wants(1) && transposed)
            products.AddWeights(yBar, x[0], xBar[1], [], x.Workers);
    }

    /// <summary>y = β y + b + what the weights make of x.</summary>
    private void Write(ReadOnlyBatch<T> weights, ReadOnlySpan<T> b, ReadOnlyBatch<T> x, T beta, Batch<T> y, Workers workers)
    {
        if (transposed)
            products.Lay(weights, b, x, beta, y, workers);
        else
            products.Convolve(weights, b, x, beta, y, workers);
    }
}
