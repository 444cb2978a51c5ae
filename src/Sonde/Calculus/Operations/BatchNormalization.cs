using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// Images, a row each, less each channel's mean over all rows and pixels and over its standard deviation: y = w (x − μ) / √(σ² + ε) + b. Operands:
/// x [rows, channels × pixels], w [1, channels], b [1, channels]. Rows influence one another. Ioffe and Szegedy, ICML 2015, algorithm 1.
/// </summary>
/// <param name="epsilon">ε, above 0.</param>
public sealed class BatchNormalization<T>(double epsilon = 1e-5) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double epsilon = epsilon > 0 ? epsilon : throw new ArgumentException($"ε is above 0, not {epsilon}.", nameof(epsilon));

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => Channels.Measure(x, "a normalization");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        for (var channel = 0; channel < x.Size(1).Width; channel++)
        {
            var (mean, scale) = Statistics(x, channel);
            var (factor, shift) = (T.CreateChecked(scale) * x[1].Values[channel], x[2].Values[channel]);
            for (var row = 0; row < y.Rows; row++)
            {
                var to = Part(y[row], x, channel);
                TensorPrimitives.Subtract(Part(x[0][row], x, channel), T.CreateChecked(mean), to);
                TensorPrimitives.Multiply(to, factor, to);
                TensorPrimitives.Add(to, shift, to);
            }
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var standard = frame.Rent<T>(1, y.Width / x.Size(1).Width)[0];
        for (var channel = 0; channel < x.Size(1).Width; channel++)
        {
            var own = Statistics(x, channel);
            if (dx.Has(0))
                AddSlope(Sums(dx[0], x, channel, own, standard), dx[0], x, channel, own, standard, T.One, dy);
            for (var row = 0; row < dy.Rows; row++)
            {
                var to = Part(dy[row], x, channel);
                Standardize(Part(x[0][row], x, channel), own, standard);
                if (dx.Has(1))
                    TensorPrimitives.MultiplyAdd(standard, dx[1].Values[channel], to, to);
                if (dx.Has(2))
                    TensorPrimitives.Add(to, dx[2].Values[channel], to);
            }
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var standard = frame.Rent<T>(1, y.Width / x.Size(1).Width)[0];
        var beta = xBar.Wants(0) ? xBar.Beta(0) : T.One;
        for (var channel = 0; channel < x.Size(1).Width; channel++)
        {
            var own = Statistics(x, channel);
            var sums = Sums(yBar, x, channel, own, standard);
            if (xBar.Wants(0))
                AddSlope(sums, yBar, x, channel, own, standard, beta, xBar[0]);
            if (xBar.Wants(1))
                xBar[1].Values[channel] += sums.Product;
            if (xBar.Wants(2))
                xBar[2].Values[channel] += sums.Sum;
        }
    }

    /// <summary>Mean and variance of each channel of images; variances are over one less than the number of values, as PyTorch keeps them.</summary>
    /// <param name="images">[rows, channels × pixels].</param>
    /// <param name="mean">[channels], overwritten.</param>
    /// <param name="variance">[channels], overwritten.</param>
    internal static void Moments(ReadOnlyBatch<T> images, Span<double> mean, Span<double> variance)
    {
        var pixels = images.Width / mean.Length;
        for (var channel = 0; channel < mean.Length; channel++)
        {
            var (own, squares) = Moments(images, channel, pixels);
            mean[channel] = own;
            variance[channel] = squares / Math.Max(1, images.Rows * pixels - 1);
        }
    }

    /// <summary>The mean, and the sum of squared departures from it.</summary>
    private static (double Mean, double Squares) Moments(ReadOnlyBatch<T> images, int channel, int pixels)
    {
        using var frame = Scratch.Enter();
        var departures = frame.Rent<T>(1, pixels)[0];
        var (sum, squares) = (0.0, 0.0);
        for (var row = 0; row < images.Rows; row++)
            sum += double.CreateChecked(TensorPrimitives.Sum(images[row].Slice(channel * pixels, pixels)));
        var mean = sum / Math.Max(1, images.Rows * pixels);
        for (var row = 0; row < images.Rows; row++)
        {
            TensorPrimitives.Subtract(images[row].Slice(channel * pixels, pixels), T.CreateChecked(mean), departures);
            squares += double.CreateChecked(TensorPrimitives.SumOfSquares<T>(departures));
        }
        return (mean, squares);
    }

    /// <summary>μ and 1 / √(σ² + ε).</summary>
    private (double Mean, double Scale) Statistics(Operands<T> x, int channel)
    {
        var pixels = x.Size(0).Width / x.Size(1).Width;
        var (mean, squares) = Moments(x[0], channel, pixels);
        return (mean, 1 / Math.Sqrt(squares / Math.Max(1, x.Size(0).Rows * pixels) + epsilon));
    }

    /// <summary>s = (x − μ) / √(σ² + ε).</summary>
    private static void Standardize(ReadOnlySpan<T> x, (double Mean, double Scale) own, Span<T> s)
    {
        TensorPrimitives.Subtract(x, T.CreateChecked(own.Mean), s);
        TensorPrimitives.Multiply(s, T.CreateChecked(own.Scale), s);
    }

    /// <summary>Sums of numbers, and of numbers times s.</summary>
    private static (T Sum, T Product) Sums(ReadOnlyBatch<T> from, Operands<T> x, int channel, (double Mean, double Scale) own, Span<T> standard)
    {
        var (sum, product) = (T.Zero, T.Zero);
        for (var row = 0; row < from.Rows; row++)
        {
            Standardize(Part(x[0][row], x, channel), own, standard);
            sum += TensorPrimitives.Sum(Part(from[row], x, channel));
            product += TensorPrimitives.Dot(Part(from[row], x, channel), standard);
        }
        return (sum, product);
    }

    /// <summary>to = β to + w (ds/dx) from, w (from − mean(from) − s mean(s from)) / √(σ² + ε): a symmetric matrix.</summary>
    private static void AddSlope(
        (T Sum, T Product) sums, ReadOnlyBatch<T> from, Operands<T> x, int channel, (double Mean, double Scale) own, Span<T> standard, T beta, Batch<T> to)
    {
        var (count, scale) = (T.CreateChecked(from.Rows * standard.Length), x[1].Values[channel] * T.CreateChecked(own.Scale));
        for (var row = 0; row < from.Rows; row++)
        {
            var part = Part(to[row], x, channel);
            Standardize(Part(x[0][row], x, channel), own, standard);
            TensorPrimitives.Multiply(standard, -scale * sums.Product / count, standard);
            TensorPrimitives.Add(standard, -scale * sums.Sum / count, standard);
            if (!T.IsZero(beta))
                TensorPrimitives.Add(standard, part, standard);
            TensorPrimitives.MultiplyAdd(Part(from[row], x, channel), scale, standard, part);
        }
    }

    private static ReadOnlySpan<T> Part(ReadOnlySpan<T> row, Operands<T> x, int channel)
    {
        var pixels = x.Size(0).Width / x.Size(1).Width;
        return row.Slice(channel * pixels, pixels);
    }

    private static Span<T> Part(Span<T> row, Operands<T> x, int channel)
    {
        var pixels = x.Size(0).Width / x.Size(1).Width;
        return row.Slice(channel * pixels, pixels);
    }
}
