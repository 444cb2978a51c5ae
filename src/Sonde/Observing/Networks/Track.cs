using Sonde.Dynamics.Fields;

namespace Sonde.Observing.Networks;

/// <summary>Where something was at given times; in between it moved evenly and by the shorter way around.</summary>
public sealed class Track
{
    private readonly double[] times;
    private readonly SpacePoint[] points;

    /// <summary>Copies times and points.</summary>
    /// <param name="times">Rising, at least one.</param>
    /// <param name="points">As many.</param>
    /// <exception cref="ArgumentException">The counts differ or times do not rise.</exception>
    public Track(IReadOnlyList<double> times, IReadOnlyList<SpacePoint> points)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(points);
        if (times.Count != points.Count || times.Count == 0)
            throw new ArgumentException($"A track needs as many points as times and at least 1, not {points.Count} and {times.Count}.", nameof(points));
        for (var i = 1; i < times.Count; i++)
            if (!(times[i] > times[i - 1]))
                throw new ArgumentException($"Times of a track must rise, not go from {times[i - 1]} to {times[i]}.", nameof(times));
        (this.times, this.points) = ([.. times], [.. points]);
    }

    /// <summary>Where it is; null before the first and after the last time.</summary>
    public SpacePoint? At(double time, ISpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        var after = Array.BinarySearch(times, time);
        if (after >= 0)
            return points[after];
        after = ~after;
        if (after == 0 || after == times.Length || double.IsNaN(time))
            return null;
        var (a, b) = (points[after - 1], points[after]);
        var share = (time - times[after - 1]) / (times[after] - times[after - 1]);
        var periods = space is Sphere ? new SpacePoint(360) : space.Periods;
        return new SpacePoint(Between(a.X, b.X, periods.X), Between(a.Y, b.Y, periods.Y), Between(a.Z, b.Z, periods.Z));

        double Between(double from, double to, double period)
        {
            var way = to - from;
            if (period > 0)
                way -= period * Math.Round(way / period);
            return from + share * way;
        }
    }
}
