using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>f(x Wᵀ + b).</summary>
/// <param name="InputWidth">Inputs.</param>
/// <param name="OutputWidth">Outputs.</param>
/// <param name="Activation">f.</param>
/// <param name="Initialization">How W and b begin.</param>
/// <param name="Bias">Whether there is b.</param>
public sealed record DenseLayer<T>(
    int InputWidth, int OutputWidth, Activation Activation = Activation.Identity, Initialization Initialization = Initialization.Uniform, bool Bias = true) : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => Bias ? [Matrix, new("bias", OutputWidth)] : [Matrix];

    private WeightArray Matrix => new("weight", OutputWidth, InputWidth);

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass)
    {
        var matrix = weights.View(0, OutputWidth, InputWidth);
        return Bias ? x.Dense(matrix, weights.View(OutputWidth * InputWidth, 1, OutputWidth), Activation) : x.Dense(matrix, Activation);
    }

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) =>
        Initializer.Fill(Initialization, weights[..(OutputWidth * InputWidth)], weights[(OutputWidth * InputWidth)..], InputWidth, OutputWidth, random);
}
