using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>Everything a training has come to: saved and read back, it goes on to the same bits.</summary>
/// <param name="Weights">[1, n].</param>
/// <param name="Averaged">Exponential moving average of the weights, [1, n]; the weights themselves where none is kept.</param>
/// <param name="Memory">What the optimizer remembers, [Memories, n].</param>
/// <param name="Step">How many steps were made.</param>
public sealed record TrainingState<T>(Matrix<T> Weights, Matrix<T> Averaged, Matrix<T> Memory, long Step) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A training's beginning.</summary>
    public static TrainingState<T> Begin(ILayer<T> layer, IOptimizer optimizer, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(optimizer);
        var weights = new Matrix<T>(1, layer.WeightCount);
        layer.Initialize(weights.Values, random);
        return new(weights, weights.Copy(), new Matrix<T>(optimizer.Memories, weights.Width), 0);
    }
}
