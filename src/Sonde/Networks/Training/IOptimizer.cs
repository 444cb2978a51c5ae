using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>A rule that moves weights against a gradient. The rule is configuration; what it remembers is kept by the caller, so that it can be saved.</summary>
public interface IOptimizer
{
    /// <summary>How many vectors as long as the weights the rule remembers.</summary>
    int Memories { get; }

    /// <summary>Moves the weights once.</summary>
    /// <param name="weights">[n], changed.</param>
    /// <param name="gradient">[n].</param>
    /// <param name="memory">[Memories, n]; zero before the first step, changed.</param>
    /// <param name="step">How many steps were made before.</param>
    /// <param name="learningRate">The schedule's value at this step.</param>
    void Step<T>(Span<T> weights, ReadOnlySpan<T> gradient, Batch<T> memory, long step, double learningRate) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
