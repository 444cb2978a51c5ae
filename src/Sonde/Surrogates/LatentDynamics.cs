using System.Buffers;
using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// Latent dynamics of an LDNet: s ← s + h F(s, u) from s₋₁ = 0, so that the first state already depends on the parameters u and on nothing
/// else. Regazzoni et al., Nat. Commun. 15, 2024; LEVDA, eqs. 12, 13 and 16. Or from s₋₁ = E(u), a network of ours. Holds no weights.
/// </summary>
public sealed class LatentDynamics<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parts<T> parts;            // F, then E where there is one

    /// <summary>Dynamics by a network.</summary>
    /// <param name="network">F: reads [s, u], writes the slope of s.</param>
    /// <param name="latentWidth">Width of s, 1 or more.</param>
    /// <param name="step">h of a whole step, above 0.</param>
    /// <param name="start">E: reads u, writes s₋₁; null for s₋₁ = 0.</param>
    /// <exception cref="ArgumentException">A network does not fit, or a number is out of its range.</exception>
    public LatentDynamics(ILayer<T> network, int latentWidth, double step, ILayer<T>? start = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (latentWidth < 1 || network.OutputWidth != latentWidth || network.InputWidth <= latentWidth)
            throw new ArgumentException(
                $"Latent dynamics make {latentWidth} slopes of {latentWidth} states and 1 or more parameters, but the network makes {network.OutputWidth} of {network.InputWidth} values.", nameof(network));
        if (start is not null && (start.InputWidth != network.InputWidth - latentWidth || start.OutputWidth != latentWidth))
            throw new ArgumentException(
                $"A start makes {latentWidth} states of {network.InputWidth - latentWidth} parameters, but the network makes {start.OutputWidth} of {start.InputWidth} values.", nameof(start));
        parts = new(start is null ? [network] : [network, start]);
        Network = new PartLayer<T>(network.InputWidth, network.OutputWidth, parts, ["", "start"]);
        Step = Check.Positive(step, nameof(step));
    }

    /// <summary>What the weights of F are called and how they begin; then those of E, "start.…".</summary>
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
        s.PlusScaled(T.CreateChecked(step), parts.Apply(0, s.Beside(u), weights, Pass.Deterministic));

    /// <summary>s₋₁: one step before the first state.</summary>
    /// <param name="u">Normalized, [rows, Parameters].</param>
    /// <param name="weights">[1, count of the network's weights].</param>
    public Variable<T> Start(Variable<T> u, Variable<T> weights)
    {
        if (parts.Count == 2)
            return parts.Apply(1, u, weights, Pass.Deterministic);
        using var frame = Scratch.Enter();
        return u.Tape.Constant(frame.RentCleared<T>(u.Rows, LatentWidth));
    }

    /// <summary>The states s₀ … s₍ₙ₋₁₎ of each row of parameters: [rows × n, LatentWidth], the states of a row one after the other.</summary>
    /// <param name="u">Normalized, [rows, Parameters].</param>
    /// <param name="weights">[1, count of the network's weights].</param>
    /// <param name="count">n, 1 or more.</param>
    public Variable<T> Rollout(Variable<T> u, Variable<T> weights, int count)
    {
        using var frame = Scratch.Enter();
        var all = frame.RentSpan<int>(count);
        for (var k = 0; k < count; k++)
            all[k] = k;
        return Rollout(u, weights, all);
    }

    /// <summary>Some of the states of each row of parameters: [rows × n, LatentWidth], the states of a row one after the other.</summary>
    /// <param name="u">Normalized, [rows, Parameters].</param>
    /// <param name="weights">[1, count of the network's weights].</param>
    /// <param name="kept">Which states, n of them, ascending.</param>
    public Variable<T> Rollout(Variable<T> u, Variable<T> weights, ReadOnlySpan<int> kept)
    {
        var tape = u.Tape;
        var states = ArrayPool<Variable<T>>.Shared.Rent(kept.Length);
        try
        {
            var (s, next) = (Start(u, weights), 0);
            for (var k = 0; next < kept.Length; k++)
            {
                s = Advance(s, u, weights, Step);
                if (k == kept[next])
                    states[next++] = s;
            }
            return tape.Apply(Concatenation<T>.Instance, states.AsSpan(0, kept.Length)).View(0, u.Rows * kept.Length, LatentWidth);
        }
        finally
        {
            ArrayPool<Variable<T>>.Shared.Return(states, true);
        }
    }
}
