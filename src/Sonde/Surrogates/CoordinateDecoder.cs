using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// The decoder as published: one network of coordinate and latent state, evaluated for each place and each state. Its first layers may turn the
/// coordinates into Fourier features. LEVDA, eq. 14; Xiao et al., LD-EnSF, 2024.
/// </summary>
public sealed class CoordinateDecoder<T> : IPointDecoder<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int PointsAtOnce = 1 << 14;
    private readonly ILayer<T>? features;
    private readonly ILayer<T> network;
    private readonly Parts<T> parts;

    /// <summary>Puts a network behind features of the coordinates.</summary>
    /// <param name="latentWidth">Width of a latent state.</param>
    /// <param name="features">From coordinates to features; null for the coordinates themselves.</param>
    /// <param name="network">From [features, state] to a value a field.</param>
    /// <exception cref="ArgumentException">The network does not read the features and the state.</exception>
    public CoordinateDecoder(int latentWidth, ILayer<T>? features, ILayer<T> network)
    {
        ArgumentNullException.ThrowIfNull(network);
        LatentWidth = Check.AtLeast(1, latentWidth, nameof(latentWidth));
        var places = network.InputWidth - latentWidth;
        if (places < 1 || (features is not null && features.OutputWidth != places))
            throw new ArgumentException(
                $"The decoder reads {network.InputWidth} values, but there are {latentWidth} of the state and {features?.OutputWidth ?? 1} or more of the place.", nameof(network));
        (this.features, this.network) = (features, network);
        parts = features is null ? new([network]) : new([features, network]);
        Network = new PartLayer<T>(features?.InputWidth ?? places, network.OutputWidth, parts, features is null ? ["network"] : ["features", "network"]);
    }

    /// <inheritdoc/>
    public int LatentWidth { get; }

    /// <inheritdoc/>
    public ILayer<T> Network { get; }

    /// <inheritdoc/>
    public Variable<T> Decode(Variable<T> states, Variable<T> points, Variable<T> weights)
    {
        var tape = states.Tape;
        var places = features is null ? points : parts.Apply(0, points, weights, Pass.Deterministic);
        var read = tape.Apply(new RepeatRows<T>(states.Rows, inTurn: false), places).Beside(tape.Apply(new RepeatRows<T>(points.Rows, inTurn: true), states));
        return parts.Apply(parts.Count - 1, read, weights, Pass.Deterministic).View(0, states.Rows, points.Rows * network.OutputWidth);
    }

    /// <inheritdoc/>
    public Func<IReadOnlyList<FieldPlace>, IMap<T>> Reading(FieldFrame frame, Matrix<T> weights)
    {
        var held = new FixedRows<T>(weights);
        return places => ReadAt(frame, held, places);
    }

    private IMap<T> ReadAt(FieldFrame frame, FixedRows<T> weights, IReadOnlyList<FieldPlace> places)
    {
        var (points, columns) = PlaceTable.Of(frame, places);
        var (coordinates, choice) = (frame.Coordinates<T>(points), new Gather<T>(columns));
        return Map.Of<T>(LatentWidth, places.Count, states =>
        {
            var (tape, block) = (states.Tape, Math.Max(1, PointsAtOnce / Math.Max(1, states.Rows)));
            var w = tape.Constant(weights);
            var decoded = new Variable<T>[(points.Length + block - 1) / block];
            for (var i = 0; i < decoded.Length; i++)
                decoded[i] = Part(i * block);
            return tape.Apply(choice, decoded.Length == 1 ? decoded[0] : tape.Apply(Concatenation<T>.Instance, decoded));

            Variable<T> Part(int first) => Decode(states, tape.Constant(coordinates.All.Slice(first, Math.Min(block, points.Length - first))), w);
        });
    }
}
