using System.Numerics;
using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Experiments.Training.Layers;

/// <summary>Builds a network of a file.</summary>
public static class NetworkBuilder
{
    /// <summary>The network between two shapes.</summary>
    /// <param name="source">What the file says.</param>
    /// <param name="key">Where it says it.</param>
    /// <param name="input">What the rows read hold.</param>
    /// <param name="output">What the rows written hold.</param>
    /// <exception cref="InputException">A layer does not fit its place: one sentence says which.</exception>
    public static ILayer<T> Build<T>(ILayerSource source, string key, ImageShape input, ImageShape output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            var layer = source.BuildAt<T>(key, input, output).Layer;
            _ = checked(layer.WeightCount);
            return layer;
        }
        catch (LayerFault fault)
        {
            throw new InputException(fault.Message, fault);
        }
        catch (OverflowException e)
        {
            throw new InputException($"{key} has more than {int.MaxValue} weights or values; expected smaller layers.", e);
        }
    }
}
