using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>Stochastic gradient descent with momentum: m ← μ m + g + λ w, w ← w − η m; with Nesterov's look-ahead, w ← w − η (g + λ w + μ m).</summary>
/// <param name="Momentum">μ, between 0 and 1.</param>
/// <param name="Nesterov">Whether the look-ahead is taken. Sutskever et al., ICML 2013.</param>
/// <param name="WeightDecay">λ, 0 or more.</param>
public sealed record GradientDescent(double Momentum = 0, bool Nesterov = false, double WeightDecay = 0) : IOptimizer
{
    /// <summary>μ.</summary>
    /// <exception cref="ArgumentException">Not between 0 and 1.</exception>
    public double Momentum { get; init => field = Check.Within(0, 1, value, nameof(Momentum)); } = Check.Within(0, 1, Momentum, nameof(Momentum));

    /// <summary>λ.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double WeightDecay { get; init => field = Check.AtLeast(0.0, value, nameof(WeightDecay)); } = Check.AtLeast(0.0, WeightDecay, nameof(WeightDecay));

    /// <inheritdoc/>
    public int Memories => 1;

    /// <inheritdoc/>
    public void Step<T>(Span<T> weights, ReadOnlySpan<T> gradient, Batch<T> memory, long step, double learningRate) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var g = frame.Rent<T>(1, weights.Length)[0];
        var (mu, rate) = (T.CreateChecked(Momentum), T.CreateChecked(-learningRate));
        TensorPrimitives.MultiplyAdd(weights, T.CreateChecked(WeightDecay), gradient, g);
        TensorPrimitives.MultiplyAdd(memory[0], mu, g, memory[0]);
        if (Nesterov)
            TensorPrimitives.MultiplyAdd(memory[0], mu, g, g);
        TensorPrimitives.MultiplyAdd(Nesterov ? g : memory[0], rate, weights, weights);
    }
}
