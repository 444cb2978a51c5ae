using System.Numerics;
using Sonde.Calculus;

namespace Sonde.Experiments.Training.Layers;

/// <summary>Builds layers in their places, so that a fault says where it is.</summary>
public static class LayerPlaces
{
    /// <summary>The layer in a place.</summary>
    /// <param name="source">What is built.</param>
    /// <param name="place">The key it stands under, such as <c>layers[2]</c>.</param>
    /// <param name="input">What the rows read hold.</param>
    /// <param name="output">What the rows written must hold; null where the place leaves it open.</param>
    /// <exception cref="LayerFault">The layer does not fit its place.</exception>
    public static ShapedLayer<T> BuildAt<T>(this ILayerSource source, string place, ImageShape input, ImageShape? output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(source);
        ShapedLayer<T> built;
        try
        {
            built = source.Build<T>(input, output);
        }
        catch (LayerFault fault)
        {
            throw new LayerFault($"{place}.{fault.Place}", fault.Sentence);
        }
        catch (ArgumentException refused)
        {
            throw new LayerFault(place, InputException.Sentence(refused));
        }
        if (output is not { } expected)
            return built;
        return built.Output.Count == expected.Count
            ? built with { Output = expected }
            : throw new LayerFault(place, $"It writes {Values(built.Output)}; expected {Values(expected)}.");
    }

    internal static string Values(ImageShape shape) => shape is { Channels: 1, Height: 1 } ? $"{shape.Width} values" : $"{shape.Count} values ({shape})";
}

/// <summary>A layer that does not fit its place in a network.</summary>
/// <param name="place">Keys from the network on.</param>
/// <param name="sentence">What is wrong with it.</param>
public sealed class LayerFault(string place, string sentence) : ArgumentException($"{place}: {sentence}")
{
    /// <summary>Keys from the network on.</summary>
    public string Place => place;

    /// <summary>What is wrong with it.</summary>
    public string Sentence => sentence;
}
