using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>Passes over images with a number for each channel, and over an image, [channels, pixels].</summary>
internal static class Channels
{
    /// <summary>The size of an operation on images with two numbers for each channel: that of the images.</summary>
    public static Size Measure<T>(Operands<T> x, string what) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (images, numbers) = (x.Size(0), x.Size(1));
        if (numbers.Rows != 1 || numbers.Width == 0 || images.Width % numbers.Width != 0)
            throw new ArgumentException($"Numbers of {numbers} do not serve {what} of images of {images.Width} values.");
        return x.Size(2) == numbers ? images : throw new ArgumentException($"The factors of {what} are {numbers}, but its shifts {x.Size(2)}.");
    }

    /// <summary>images = b.</summary>
    public static void Fill<T>(ReadOnlySpan<T> b, Batch<T> images) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pixels = images.Width / b.Length;
        for (var row = 0; row < images.Rows; row++)
            for (var channel = 0; channel < b.Length; channel++)
                images[row].Slice(channel * pixels, pixels).Fill(b[channel]);
    }

    /// <summary>images += b.</summary>
    public static void Add<T>(ReadOnlySpan<T> b, Batch<T> images) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pixels = images.Width / b.Length;
        for (var row = 0; row < images.Rows; row++)
            for (var channel = 0; channel < b.Length; channel++)
            {
                var to = images[row].Slice(channel * pixels, pixels);
                TensorPrimitives.Add(to, b[channel], to);
            }
    }

    /// <summary>b += the sum of each channel.</summary>
    public static void AddSums<T>(ReadOnlyBatch<T> images, Span<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pixels = images.Width / b.Length;
        for (var row = 0; row < images.Rows; row++)
            for (var channel = 0; channel < b.Length; channel++)
                b[channel] += TensorPrimitives.Sum(images[row].Slice(channel * pixels, pixels));
    }

    /// <summary>part = the pixels from <paramref name="first"/> on.</summary>
    public static void CopyPart<T>(ReadOnlyBatch<T> image, int first, Batch<T> part) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var channel = 0; channel < image.Rows; channel++)
            image[channel].Slice(first, part.Width).CopyTo(part[channel]);
    }

    /// <summary>The pixels from <paramref name="first"/> on += part.</summary>
    public static void AddPart<T>(ReadOnlyBatch<T> part, int first, Batch<T> image) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var channel = 0; channel < image.Rows; channel++)
        {
            var to = image[channel].Slice(first, part.Width);
            TensorPrimitives.Add(to, part[channel], to);
        }
    }
}
