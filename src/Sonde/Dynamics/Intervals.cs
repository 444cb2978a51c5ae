namespace Sonde.Dynamics;

/// <summary>The steps between consecutive times of a series, laid out once.</summary>
public sealed class Intervals
{
    private readonly Leg[][] legs;

    /// <summary>Lays out the steps.</summary>
    /// <param name="grid">The steps of time.</param>
    /// <param name="times">In rising order.</param>
    public Intervals(TimeGrid grid, IReadOnlyList<GridTime> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        legs = new Leg[Math.Max(0, times.Count - 1)][];
        for (var k = 0; k < legs.Length; k++)
            legs[k] = [.. Leg.Between(grid, times[k], times[k + 1])];
    }

    /// <summary>One less than the number of times.</summary>
    public int Count => legs.Length;

    /// <summary>The steps from one time to the next.</summary>
    internal ReadOnlySpan<Leg> this[int interval] => legs[interval];
}
