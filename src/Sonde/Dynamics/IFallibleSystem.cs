using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>A system that can fail to carry a single member: an external program that crashes. Such a row is left NaN.</summary>
public interface IFallibleSystem : IDynamicalSystem
{
    /// <summary>
    /// Replaces members that failed, once a forecast has carried the whole ensemble; by what, and whether at all, is the system's policy.
    /// </summary>
    /// <param name="members">All members, [N, Width].</param>
    /// <param name="time">Where the forecast ended.</param>
    /// <param name="random">Randomness of the choice.</param>
    void Settle(Batch<double> members, double time, RandomSource random);
}
