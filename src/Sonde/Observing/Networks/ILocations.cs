using Sonde.Numerics;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>Where a network observes. A record whose parameters are its configuration.</summary>
public interface ILocations
{
    /// <summary>True where locations may differ from one observation time to the next.</summary>
    bool Change => false;

    /// <summary>What is read at one time: all readings of the first field, then all of the second …</summary>
    /// <param name="fields">What is observed.</param>
    /// <param name="time">When; matters only where <see cref="Change"/>.</param>
    /// <param name="random">The randomness of this time where <see cref="Change"/>, otherwise of the network.</param>
    /// <exception cref="ArgumentException">The locations do not fit the fields.</exception>
    IReadOnlyList<Probe> Choose(ObservedFields fields, double time, RandomSource random);
}
