using Sonde.Numerics;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>Where a network observes, laid out over a whole series of observation times at once.</summary>
public interface ISeriesLocations : ILocations
{
    /// <summary>True where every series is laid out anew; false where all series are alike.</summary>
    bool Redraw { get; }

    /// <inheritdoc/>
    bool ILocations.Change => true;

    /// <summary>What is read at each time; nothing at some.</summary>
    /// <param name="fields">What is observed.</param>
    /// <param name="times">How many observation times the series has.</param>
    /// <param name="random">The randomness of this series where <see cref="Redraw"/>, otherwise of the network.</param>
    /// <exception cref="ArgumentException">The locations do not fit the fields or the times.</exception>
    IReadOnlyList<IReadOnlyList<Probe>> ChooseAll(ObservedFields fields, int times, RandomSource random);

    /// <summary>The same for a series of one time.</summary>
    IReadOnlyList<Probe> ILocations.Choose(ObservedFields fields, double time, RandomSource random) => ChooseAll(fields, 1, random)[0];
}
