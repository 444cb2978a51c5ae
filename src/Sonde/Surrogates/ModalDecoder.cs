using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// A separable decoder on a fixed grid: u(ξ) = mean(ξ) + Σₖ bₖ(s) τₖ(ξ) with the modes τ of a proper orthogonal decomposition, between the points of
/// the grid by its own interpolation. It is trained on coefficients alone: at no cost that depends on the grid.
/// </summary>
public sealed class ModalDecoder<T> : IDecoder<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Combines a network and modes.</summary>
    /// <param name="branch">From a latent state to the coefficients, in units of their deviations.</param>
    /// <param name="modes">τ.</param>
    /// <exception cref="ArgumentException">There are not as many modes as coefficients.</exception>
    public ModalDecoder(ILayer<T> branch, FieldModes<T> modes)
    {
        ArgumentNullException.ThrowIfNull(branch);
        ArgumentNullException.ThrowIfNull(modes);
        if (branch.OutputWidth != modes.Count)
            throw new ArgumentException($"There are {modes.Count} modes, but the network writes {branch.OutputWidth} coefficients.", nameof(branch));
        (Network, Modes) = (branch, modes);
    }

    /// <inheritdoc/>
    public int LatentWidth => Network.InputWidth;

    /// <inheritdoc/>
    public ILayer<T> Network { get; }

    /// <summary>τ, and the mean.</summary>
    public FieldModes<T> Modes { get; }

    /// <inheritdoc/>
    public Func<IReadOnlyList<FieldPlace>, IMap<T>> Reading(FieldFrame frame, Matrix<T> weights)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var reading = new SeparableReading<T>(Network, weights);
        return places => ReadAt(frame, reading, places);
    }

    private IMap<T> ReadAt(FieldFrame frame, SeparableReading<T> reading, IReadOnlyList<FieldPlace> places)
    {
        frame.Check(places);
        if (frame.Domain.FieldWidth != Modes.Modes.Width)
            throw new ArgumentException($"The modes have {Modes.Modes.Width} values, but the fields have {frame.Domain.FieldWidth}.", nameof(frame));
        if (Modes.Factors is { } factors && factors.Core.Width < Modes.Modes.Width && IsWholeGrid(frame, places))
            return WholeGrid(factors, reading);
        var (basis, offset) = (new Matrix<T>(Modes.Count, places.Count), new Matrix<T>(1, places.Count));
        Span<int> components = stackalloc int[8];
        Span<double> shares = stackalloc double[8];
        for (var i = 0; i < places.Count; i++)
        {
            var used = frame.Interpolate(places[i], components, shares);
            for (var term = 0; term < used; term++)
            {
                var (component, share) = (components[term], T.CreateChecked(shares[term]));
                offset[0, i] += share * Modes.Mean[0, component];
                for (var mode = 0; mode < Modes.Count; mode++)
                    basis[mode, i] += share * Modes.Modes[mode, component];
            }
        }
        for (var mode = 0; mode < Modes.Count; mode++)
            TensorPrimitives.Multiply(basis[mode], Modes.Deviation.Values[mode], basis[mode]);
        return reading.At(basis, offset);
    }

    /// <summary>All fields at all points, by way of the factors of the modes.</summary>
    private IMap<T> WholeGrid(FactoredModes<T> factors, SeparableReading<T> reading)
    {
        var basis = factors.Core.Copy();
        for (var mode = 0; mode < Modes.Count; mode++)
            TensorPrimitives.Multiply(basis[mode], Modes.Deviation.Values[mode], basis[mode]);
        var coefficients = reading.At(basis, new Matrix<T>(1, basis.Width));
        var expansion = factors.Expansion(Modes.Mean);
        return Map.Of<T>(Network.InputWidth, expansion.OutputWidth, states => states.Tape.Apply(expansion, coefficients.Apply(states)));
    }

    /// <summary>True where places are all points of the grid, but for rounding, in the order of the modes.</summary>
    private static bool IsWholeGrid(FieldFrame frame, IReadOnlyList<FieldPlace> places)
    {
        const double rounding = 1e-9;
        if (places.Count != frame.Domain.FieldWidth)
            return false;
        Span<int> components = stackalloc int[8];
        Span<double> shares = stackalloc double[8];
        for (var i = 0; i < places.Count; i++)
        {
            var own = components[..frame.Interpolate(places[i], components, shares)].IndexOf(i);
            if (own < 0 || Math.Abs(shares[own] - 1) > rounding)
                return false;
        }
        return true;
    }
}
