using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// The transpose of a convolution in its image, plus a bias: each pixel of x lays a patch, its channels times W, onto y, and patches add up.
/// Operands: x [rows, inputs × grid], W [inputs, channels × kernel height × kernel width] and, where there is one, b [1, channels]. Zeiler et
/// al., CVPR 2010.
/// </summary>
/// <param name="patches">The patches of the image written; x has a pixel for each.</param>
public sealed class TransposedConvolution<T>(Patches patches) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Patches patches = patches ?? throw new ArgumentNullException(nameof(patches));

    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        var (rows, weights) = (x.Size(0), x.Size(1));
        var inputs = checked(weights.Rows * patches.Count);
        if (rows.Width != inputs)
            throw new ArgumentException($"A transposed convolution reads {weights.Rows} × {patches.Grid}, which are {inputs} values, but was given rows of {rows.Width}.");
        if (weights.Width != patches.Size)
            throw new ArgumentException($"A transposed convolution onto patches of {patches.Size} values was given weights for {weights.Width}.");
        if (x.Count > 2 && x.Size(2) != new Size(1, patches.Image.Channels))
            throw new ArgumentException($"A transposed convolution onto {patches.Image.Channels} channels needs a bias of 1 × {patches.Image.Channels}, not of {x.Size(2)}.");
        return new(rows.Rows, patches.Image.Count);
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        y.Clear();
        for (var row = 0; row < y.Rows; row++)
        {
            AddFolded(x[1], x[0][row], y[row]);
            if (x.Count > 2)
                Channels.Add(x[2].Values, Image(y[row]));
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var row = 0; row < dy.Rows; row++)
        {
            if (dx.Has(0))
                AddFolded(x[1], dx[0][row], dy[row]);
            if (dx.Has(1))
                AddFolded(dx[1], x[0][row], dy[row]);
            if (x.Count > 2 && dx.Has(2))
                Channels.Add(dx[2].Values, Image(dy[row]));
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var first = 0; first < patches.Grid.Height; first += patches.LinesAtOnce)
        {
            using var frame = Scratch.Enter();
            var lines = Math.Min(patches.LinesAtOnce, patches.Grid.Height - first);
            var columns = frame.Rent<T>(patches.Size, lines * patches.Grid.Width);
            var part = frame.Rent<T>(x.Size(1).Rows, columns.Width);
            for (var row = 0; row < yBar.Rows; row++)
            {
                patches.Unfold(yBar[row], first, lines, columns);
                if (xBar.Wants(0))
                {
                    Numerics.Dense.Multiply(x[1], columns, part);
                    Channels.AddPart(part, first * patches.Grid.Width, new Batch<T>(xBar[0][row], part.Rows, patches.Count));
                }
                if (xBar.Wants(1))
                {
                    Channels.CopyPart(new ReadOnlyBatch<T>(x[0][row], part.Rows, patches.Count), first * patches.Grid.Width, part);
                    Numerics.Dense.MultiplyTransposedRight(T.One, part, columns, T.One, xBar[1]);
                }
            }
        }
        for (var row = 0; x.Count > 2 && xBar.Wants(2) && row < yBar.Rows; row++)
            Channels.AddSums(new ReadOnlyBatch<T>(yBar[row], patches.Image.Channels, yBar.Width / patches.Image.Channels), xBar[2].Values);
    }

    /// <summary>image += the patches that pixels lay onto it.</summary>
    private void AddFolded(ReadOnlyBatch<T> weights, ReadOnlySpan<T> pixels, Span<T> image)
    {
        for (var first = 0; first < patches.Grid.Height; first += patches.LinesAtOnce)
        {
            using var frame = Scratch.Enter();
            var lines = Math.Min(patches.LinesAtOnce, patches.Grid.Height - first);
            var columns = frame.Rent<T>(patches.Size, lines * patches.Grid.Width);
            var part = frame.Rent<T>(weights.Rows, columns.Width);
            Channels.CopyPart(new ReadOnlyBatch<T>(pixels, weights.Rows, patches.Count), first * patches.Grid.Width, part);
            Numerics.Dense.MultiplyTransposedLeft(T.One, weights, part, T.Zero, columns);
            patches.AddFolded(columns, first, lines, image);
        }
    }

    private Batch<T> Image(Span<T> row) => new(row, patches.Image.Channels, row.Length / patches.Image.Channels);
}
