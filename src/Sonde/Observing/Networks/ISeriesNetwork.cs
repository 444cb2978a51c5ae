using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Observing.Networks;

/// <summary>What is observed of a series of states, at its times.</summary>
public interface ISeriesNetwork
{
    /// <summary>Observes a series of states.</summary>
    /// <param name="times">When, on the grid of time; rising.</param>
    /// <param name="grid">The steps of time.</param>
    /// <param name="states">The true states, [times, width].</param>
    /// <param name="places">Where what is redrawn for each series is drawn.</param>
    /// <param name="noise">Where errors are drawn: those of time k from <c>noise.Fork(k)</c>.</param>
    /// <returns>One a time, with indices from 0.</returns>
    /// <exception cref="ArgumentException">There are not as many states as times, or what would be read is not finite, or has no error above 0.</exception>
    Observation[] Observe(IReadOnlyList<GridTime> times, TimeGrid grid, ReadOnlyBatch<double> states, RandomSource places, RandomSource noise);
}
