using System.Buffers;
using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// Latent dynamics of an LDNet: s ← s + h F(s, u) from s₋₁ = 0, so that the first state already depends on the parameters u and on nothing
/// else. Regazzoni et al., Nat. Commun. 15, 2024; LEVDA, eqs. 12, 13 and 16. Holds no weights.
/// </summary>
public sealed class LatentDynamics<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Dynamics by a network.</summary>
    /// <param name="network">F: reads [s, u], writes the slope of s.</param>
    /// <param name="latentWidth">Width of s, 1 or more.</param>
    /// <param name="step">h of a whole step, above 0.</param>
    /// <exception cref="ArgumentException">The network does not fit, or a number is out of its range.</exception>
    public LatentDynamics(ILayer<T> network, int latentWidth, double step)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (latentWidth < 1 || network.OutputWidth != latentWidth || network.InputWidth <= latentWidth)
            throw new ArgumentException(
                $"Latent dynamics make {latentWidth} slopes of {latentWidth} states and 1 or more parameters, but the network makes {network.OutputWidth} of {network.InputWidth} values.", nameof(network));
        (Network, Step) = (network, Check.Positive(step, nameof(step)));
    }

    /// <summary>F.</summary>
    public ILayer<T> Network { get; }

    /// <summary>h of a whole step.</summary>
    public double Step { get; }

    /// <summary>Width of s.</summary>
    public int LatentWidth => Network.OutputWidth;

    /// <summary>How many parameters there are.</summary>
    public int Parameters => Network.InputWidth - LatentWidth;

    /// <summary>s + h F(s, u): eq. 16, and with a part of a whole step eq. 17.</summary>
    /// <param name="s">[rows, LatentWidth].</param>
    /// <param name="u">Normalized, [rows, Parameters].</param>
    /// <param name="weights">[1, count of the network's weights].</param>
    /// <param name="step">h.</param>
    public Variable<T> Advance(Variable<T> s, Variable<T> u, Variable<T> weights, double step) =>
        s.PlusScaled(T.CreateChecked(step), Network.Apply(s.Beside(u), weights, Pass.Deterministic));

    /// <summary>The states s₀ … s₍ₙ₋₁₎ of each row of parameters: [rows × n, LatentWidth], the states of a row one after the other.</summary>
    /// <param name="u">Normalized, [rows, Parameters].</param>
    /// <param name="weights">[1, count of the network's weights].</param>
    /// <param name="count">n, 1 or more.</param>
    public Variable<T> Rollout(Variable<T> u, Variable<T> weights, int count)
    {
        var tape = u.Tape;
        var states = ArrayPool<Variable<T>>.Shared.Rent(count);
        try
        {
            using var frame = Scratch.Enter();
            var s = tape.Constant(frame.RentCleared<T>(u.Rows, LatentWidth));
            for (var k = 0; k < count; k++)
                states[k] = s = Advance(s, u, weights, Step);
            return tape.Apply(Concatenation<T>.Instance, states.AsSpan(0, count)).View(0, u.Rows * count, LatentWidth);
        }
        finally
        {
            ArrayPool<Variable<T>>.Shared.Return(states, true);
        }
    }
}
