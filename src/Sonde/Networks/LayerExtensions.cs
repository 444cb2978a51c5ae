using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>What all layers have.</summary>
public static class LayerExtensions
{
    extension<T>(ILayer<T> layer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>How many numbers the weights are.</summary>
        public int WeightCount => layer.Weights.Sum(array => array.Count);

        /// <summary>The layer with these weights, as a map of rows; the weights are read when the map is applied.</summary>
        /// <param name="weights">[1, WeightCount]; not copied.</param>
        /// <exception cref="ArgumentException">There are more or fewer weights than the layer has.</exception>
        public IMap<T> With(Matrix<T> weights)
        {
            if (weights.Rows != 1 || weights.Width != layer.WeightCount)
                throw new ArgumentException($"The layer has {layer.WeightCount} weights, but {weights.Rows} × {weights.Width} were given.", nameof(weights));
            return Map.Of<T>(layer.InputWidth, layer.OutputWidth, x => layer.Apply(x, x.Tape.Constant(weights), Pass.Deterministic));
        }
    }
}
