using System.Numerics;
using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>From a latent state to fields: R of an LDNet (Regazzoni et al., Nat. Commun. 15, 2024; LEVDA, eq. 14). Holds no weights.</summary>
public interface IDecoder<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Width of a latent state.</summary>
    int LatentWidth { get; }

    /// <summary>The network: what its weights are called and how they begin.</summary>
    ILayer<T> Network { get; }

    /// <summary>
    /// From latent states to normalized values at places, in their order; what does not depend on the state is computed once, when places are named.
    /// All maps of one reading share what they make of the weights.
    /// </summary>
    /// <param name="frame">The fields.</param>
    /// <param name="weights">[1, count of the network's weights].</param>
    /// <returns>A map of places; it throws ArgumentException where a field does not exist or a point cannot be read.</returns>
    Func<IReadOnlyList<FieldPlace>, IMap<T>> Reading(FieldFrame frame, Matrix<T> weights);
}

/// <summary>A decoder that can be asked for any place, and so be trained at random points of any grid.</summary>
public interface IPointDecoder<T> : IDecoder<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>All normalized fields at some points: [states, points × fields], the fields of a point side by side.</summary>
    /// <param name="states">[states, LatentWidth].</param>
    /// <param name="points">Coordinates from −1 to 1, [points, dimensions].</param>
    /// <param name="weights">[1, count of the network's weights].</param>
    Variable<T> Decode(Variable<T> states, Variable<T> points, Variable<T> weights);
}
