using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>Passes over an image, [channels, pixels], with a number for each channel.</summary>
internal static class Channels
{
    /// <summary>image = b.</summary>
    public static void Fill<T>(ReadOnlySpan<T> b, Batch<T> image) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var channel = 0; channel < image.Rows; channel++)
            image[channel].Fill(b[channel]);
    }

    /// <summary>image += b.</summary>
    public static void Add<T>(ReadOnlySpan<T> b, Batch<T> image) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var channel = 0; channel < image.Rows; channel++)
            TensorPrimitives.Add(image[channel], b[channel], image[channel]);
    }

    /// <summary>b += the sum of each channel.</summary>
    public static void AddSums<T>(ReadOnlyBatch<T> image, Span<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var channel = 0; channel < image.Rows; channel++)
            b[channel] += TensorPrimitives.Sum(image[channel]);
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
