using System.Numerics;
using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Experiments.Training.Layers;

/// <summary>A layer as a file describes it: what it reads follows from what stands before it, so that no width is said twice.</summary>
public interface ILayerSource
{
    /// <summary>The layer, and what its rows hold.</summary>
    /// <param name="input">What the rows read hold; plain numbers are an image of one channel and one line.</param>
    /// <param name="output">What the rows written must hold; null where the place leaves it open.</param>
    /// <exception cref="ArgumentException">The layer does not fit its place.</exception>
    ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>A layer and what the rows hold that it writes.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Output">As many numbers as the layer writes.</param>
public readonly record struct ShapedLayer<T>(ILayer<T> Layer, ImageShape Output) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
