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
}
