using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>
/// The climatology of a system that is told by where it starts, and not by an attractor that it reaches (<see cref="DefaultPrior.States"/>): states at
/// observation times of runs from draws of the prior.
/// </summary>
internal static class TransientStates
{
    private const int MostRuns = 32;
    private const int MostTimes = 32;
    private const long MostBytes = 1L << 29;

    /// <summary>[runs × times, width].</summary>
    /// <param name="system">The system.</param>
    /// <param name="prior">Where runs start, before their spin-up.</param>
    /// <param name="grid">The grid of time.</param>
    /// <param name="times">Observation times, rising.</param>
    /// <param name="spinUp">Steps before t = 0.</param>
    /// <param name="random">Where starts are drawn.</param>
    public static Matrix<double> Draw(IDynamicalSystem system, IPrior prior, TimeGrid grid, IReadOnlyList<GridTime> times, int spinUp, RandomSource random)
    {
        var kept = Math.Min(MostTimes, times.Count);
        var runs = (int)Math.Clamp(MostBytes / (sizeof(double) * (long)system.Width * kept), 4, MostRuns);
        var members = new Matrix<double>(runs, system.Width);
        var states = new Matrix<double>(runs * kept, system.Width);
        prior.Sample(members, random.Fork("start"));
        Preparation.Carry(system, members, -spinUp * grid.StepLength, grid.StepLength, spinUp, random.Fork("spin-up"));
        var at = default(GridTime);
        for (var k = 0; k < kept; k++)
        {
            var time = times[(int)((k + 1L) * times.Count / kept) - 1];
            Forecast.Run(system, grid, at, time, members, random.Fork("noise"), Workers.One);
            members.Values.CopyTo(states.Values[(k * members.Values.Length)..]);
            at = time;
        }
        return states;
    }
}
