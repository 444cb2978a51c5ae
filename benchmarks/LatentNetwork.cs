using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Benchmarks;

/// <summary>An LDNet as one network: from parameters to the coefficients of the modes at all times of a rollout.</summary>
internal sealed class LatentNetwork : ILayer<float>
{
    private const int Parameters = 2, Latent = 10, Times = 51, Modes = 600;
    private readonly LatentDynamics<float> dynamics = new(Chain<float>.Perceptron([Latent + Parameters, 50, 50, 50, 50, Latent], Activation.Tanh), Latent, 0.5);
    private readonly Chain<float> decoder = Chain<float>.Perceptron([Latent, 192, 192, 768, Modes], Activation.Tanh);

    public int InputWidth => Parameters;

    public int OutputWidth => Times * Modes;

    public IReadOnlyList<WeightArray> Weights => [.. dynamics.Network.Weights, .. decoder.Weights];

    public Variable<float> Apply(Variable<float> x, Variable<float> weights, Pass pass)
    {
        var count = dynamics.Network.WeightCount;
        var states = dynamics.Rollout(x, weights.View(0, 1, count), Times);
        return decoder.Apply(states, weights.View(count, 1, decoder.WeightCount), pass).View(0, x.Rows, OutputWidth);
    }

    public void Initialize(Span<float> weights, RandomSource random)
    {
        var count = dynamics.Network.WeightCount;
        dynamics.Network.Initialize(weights[..count], random.Fork("dynamics"));
        decoder.Initialize(weights[count..], random.Fork("decoder"));
    }
}
