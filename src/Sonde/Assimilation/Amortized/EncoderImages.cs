using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>Draws stretches of observed series as images, channel after channel, line by line; what lies beyond a series is not observed.</summary>
/// <param name="input">What the images hold.</param>
/// <param name="scale">Standardizes values.</param>
/// <param name="reach">Times on each side that local averages reach over.</param>
internal sealed class EncoderImages(EncoderInput input, EncoderScale scale, int reach)
{
    private const double Few = 0.25;                                                        // values that an average is drawn to the mean by
    private const double LeastBandwidth = 0.1;
    private static readonly double[] Bandwidths = [0.125, 0.4];                             // standard deviations of the averages' weights over how far they reach

    /// <summary>Channels of an image.</summary>
    public int Channels => input == EncoderInput.Raw ? 4 : 2 + 2 * Bandwidths.Length;

    /// <summary>Fills an image.</summary>
    /// <param name="series">What is drawn.</param>
    /// <param name="first">Which time of the series the first line is; may lie before it.</param>
    /// <param name="hidden">A time that is drawn as if nothing had been observed; −1 for none.</param>
    /// <param name="image">[channels × times × n], overwritten.</param>
    /// <param name="basis">[times × n], overwritten by the widest average where the input has one and values are components, by 0 otherwise.</param>
    public void Draw(ObservedSeries series, int first, int hidden, Span<float> image, Span<float> basis)
    {
        image.Clear();
        basis.Clear();
        var (n, size) = (scale.Width, image.Length / Channels);
        var values = image[..size];
        var mask = image.Slice(size, size);
        var (begin, end) = (Math.Max(0, -first), Math.Min(size / n, series.Times - first));
        for (var line = begin; line < end; line++)
            if (first + line != hidden)
            {
                series.Values[first + line].CopyTo(values.Slice(line * n, n));
                series.Mask[first + line].CopyTo(mask.Slice(line * n, n));
            }
        if (input == EncoderInput.Raw)
            AddTimes(image, size, n);
        else
            AddAverages(image, size, n, series.IsDirect ? basis : []);
    }

    private static void AddTimes(Span<float> image, int size, int n)
    {
        var times = size / n;
        for (var line = 0; line < times; line++)
        {
            image.Slice(2 * size + line * n, n).Fill(line - times / 2);
            TensorPrimitives.Multiply(image.Slice(line * n, n), (float)(line - times / 2), image.Slice(3 * size + line * n, n));
        }
    }

    private void AddAverages(Span<float> image, int size, int n, Span<float> basis)
    {
        using var frame = Scratch.Enter();
        var kernel = frame.Rent<float>(1, 2 * reach + 1)[0];
        var times = size / n;
        for (var line = 0; line < times; line++)
            scale.StandardizeValues(image.Slice(line * n, n), image.Slice(size + line * n, n));
        for (var band = 0; band < Bandwidths.Length; band++)
        {
            var bandwidth = Math.Max(LeastBandwidth, Bandwidths[band] * reach);
            for (var k = -reach; k <= reach; k++)
                kernel[k + reach] = (float)Math.Exp(-0.5 * k * k / (bandwidth * bandwidth));
            var averages = image.Slice((2 + 2 * band) * size, size);
            var counts = image.Slice((3 + 2 * band) * size, size);
            for (var line = 0; line < times; line++)
                for (var other = Math.Max(0, line - reach); other <= Math.Min(times - 1, line + reach); other++)
                {
                    var sum = averages.Slice(line * n, n);
                    var count = counts.Slice(line * n, n);
                    TensorPrimitives.MultiplyAdd(image.Slice(other * n, n), kernel[other - line + reach], sum, sum);
                    TensorPrimitives.MultiplyAdd(image.Slice(size + other * n, n), kernel[other - line + reach], count, count);
                }
            for (var i = 0; i < size; i++)
                (averages[i], counts[i]) = (averages[i] / (counts[i] + (float)Few), MathF.Log(1 + counts[i]));
        }
        if (!basis.IsEmpty)
            image.Slice(2 * Bandwidths.Length * size, size).CopyTo(basis);
    }
}
