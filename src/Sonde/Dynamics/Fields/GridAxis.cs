namespace Sonde.Dynamics.Fields;

/// <summary>Equally spaced coordinates along one axis of a grid.</summary>
public readonly record struct GridAxis
{
    private const double Snap = 1e-9;           // in steps: what lies this near to a point is that point

    /// <summary>Coordinates start, start + step, …</summary>
    /// <param name="start">The first coordinate.</param>
    /// <param name="step">From one to the next; negative where they descend, never 0.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="period">After which coordinates repeat (360 for longitudes); 0 where they do not.</param>
    /// <exception cref="ArgumentException">A number is out of its range, or the points overlap themselves after one period.</exception>
    public GridAxis(double start, double step, int count, double period = 0)
    {
        if (!double.IsFinite(start) || !double.IsFinite(step) || step == 0)
            throw new ArgumentException($"An axis needs a finite start and a step other than 0, not {start} and {step}.", nameof(step));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!(period >= 0) || (period > 0 && (count - Snap) * Math.Abs(step) > period))
            throw new ArgumentException($"{count} points {step} apart do not fit into one period of {period}.", nameof(period));
        (Start, Step, Count, Period) = (start, step, count, period);
    }

    /// <summary>The first coordinate.</summary>
    public double Start { get; }

    /// <summary>From one coordinate to the next.</summary>
    public double Step { get; }

    /// <summary>The number of coordinates.</summary>
    public int Count { get; }

    /// <summary>After which coordinates repeat; 0 where they do not.</summary>
    public double Period { get; }

    /// <summary>Coordinate i.</summary>
    public double this[int index] => Start + index * Step;

    /// <summary>True where the last point is followed by the first.</summary>
    public bool Closes => Period > 0 && Math.Abs(Count * Math.Abs(Step) - Period) <= 1e-6 * Math.Abs(Step);

    /// <summary>The points on both sides of a coordinate and how far it is from the first to the second; null outside the axis.</summary>
    internal (int First, int Second, double Share)? Locate(double coordinate)
    {
        var cycle = Period / Math.Abs(Step);
        var steps = Periodic.Wrap((coordinate - Start) / Step, cycle);
        if (Period > 0 && cycle - steps <= Snap)
            steps = 0;
        if (!(steps >= -Snap) || steps >= Count)
            return null;
        var first = (int)Math.Round(steps);
        if (Math.Abs(steps - first) <= Snap)
            return first < Count ? (first, first, 0) : (0, 0, 0);
        first = (int)steps;
        if (first + 1 < Count)
            return (first, first + 1, steps - first);
        return Closes ? (first, 0, steps - first) : null;
    }
}
