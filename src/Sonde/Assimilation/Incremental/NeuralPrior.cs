using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// A network's Gaussian at an estimate z: μ = z + f(z), and what its form says beside it. Trajectories lie time after time, what networks read and write
/// channel after channel; this is where one becomes the other.
/// </summary>
internal sealed class NeuralPrior
{
    private readonly Gather<float> toChannels;
    private readonly Gather<float>? mean;

    /// <summary>Lays the network out.</summary>
    /// <param name="network">What makes it.</param>
    /// <param name="shape">What it reads.</param>
    /// <param name="moves">False where the mean is the estimate itself.</param>
    /// <param name="form">What the network says beside the mean; its numbers follow the mean's.</param>
    public NeuralPrior(IWindowNetwork network, WindowShape shape, bool moves, ILocalForm form)
    {
        var laid = network.Build(shape, (moves ? 1 : 0) + form.Channels);
        Network = form.Own(laid.InputWidth) is { } own ? new Parallel<float>(laid, own) : laid;
        Form = form;
        toChannels = new([.. Enumerable.Range(0, shape.Count).Select(k => k % shape.Times * shape.Width + k / shape.Times)]);
        mean = moves ? new([.. Enumerable.Range(0, shape.Count).Select(shape.Channel)]) : null;
    }

    /// <summary>The network.</summary>
    public ILayer<float> Network { get; }

    /// <summary>What the Gaussians are.</summary>
    public ILocalForm Form { get; }

    /// <summary>The Gaussians.</summary>
    /// <param name="z">Estimates, [rows, T n].</param>
    /// <param name="context">Channels beside them, [rows, context T].</param>
    /// <param name="weights">Of the network.</param>
    public LocalGaussian At(Variable<float> z, Variable<float> context, Variable<float> weights)
    {
        var y = Network.Apply(z.Tape.Apply(toChannels, z).Beside(context), weights, Pass.Deterministic);
        return new(mean is null ? z : z + z.Tape.Apply(mean, y), Form.Numbers(y));
    }
}
