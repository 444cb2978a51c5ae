using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Observing.Networks;

/// <summary>When a network observes.</summary>
public static class ObservationTimes
{
    private const double Snap = 1e-9;

    /// <summary>One interval after the grid's start, two after it, and so on.</summary>
    /// <param name="grid">The steps of time.</param>
    /// <param name="interval">From one observation time to the next, above 0; need not be a multiple of the step.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentException">The interval is not a finite number above 0.</exception>
    public static GridTime[] Every(TimeGrid grid, double interval, int count)
    {
        if (!(interval > 0) || !double.IsFinite(interval))
            throw new ArgumentException($"The time between observations must be a finite number above 0, not {interval}.", nameof(interval));
        var steps = interval / grid.StepLength;
        var whole = Math.Round(steps);
        var times = new GridTime[count];
        for (var k = 0; k < count; k++)
            times[k] = whole >= 1 && Math.Abs(steps - whole) <= Snap * whole
                ? new GridTime(checked((int)((k + 1) * whole)))
                : grid.Locate(grid.Start + (k + 1) * interval);
        return times;
    }

    /// <summary>Given times.</summary>
    /// <param name="grid">The steps of time.</param>
    /// <param name="times">Rising, none before the grid's start.</param>
    /// <exception cref="ArgumentException">A time does not lie after the one before it, or lies before the grid's start.</exception>
    public static GridTime[] Listed(TimeGrid grid, IReadOnlyList<double> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        var located = new GridTime[times.Count];
        for (var k = 0; k < located.Length; k++)
        {
            located[k] = grid.Locate(times[k]);
            if (k > 0 && !(located[k] > located[k - 1]))
                throw new ArgumentException($"Observation times must rise, but {times[k]} follows {times[k - 1]}.", nameof(times));
        }
        return located;
    }

    /// <summary>Times drawn evenly from the steps after the grid's start, or from the whole stretch of time, all different.</summary>
    /// <param name="grid">The steps of time.</param>
    /// <param name="count">How many.</param>
    /// <param name="steps">How many steps the stretch has.</param>
    /// <param name="onSteps">True to draw steps; false to draw times between them too.</param>
    /// <param name="random">Where times are drawn from.</param>
    /// <exception cref="ArgumentException">There are fewer steps than times to draw.</exception>
    public static GridTime[] Random(TimeGrid grid, int count, int steps, bool onSteps, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (count < 1 || count > steps)
            throw new ArgumentException($"Between 1 and {steps} observation times can be drawn from {steps} steps, not {count}.", nameof(count));
        var times = new SortedSet<GridTime>();
        while (times.Count < count)
            times.Add(onSteps ? new GridTime(1 + random.NextInt(steps)) : grid.Locate(grid.Start + (1 - random.NextDouble()) * steps * grid.StepLength));
        return [.. times];
    }
}
