using Sonde.Calculus;
using Sonde.Dynamics.Fields;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Score;

/// <summary>What an encoder reads: the same values of the same places at some of the observation times, in the same order.</summary>
internal sealed class ReadingLayout
{
    private readonly IReadOnlyList<Observation> first;

    /// <summary>The layout of a series of observations.</summary>
    /// <exception cref="ArgumentException">Nothing is observed, or times differ in what is.</exception>
    public ReadingLayout(IReadOnlyList<Observation> series)
    {
        first = series;
        Times = [.. Enumerable.Range(0, series.Count).Where(k => series[k].Count > 0)];
        if (Times.Length == 0)
            throw new ArgumentException("Nothing is observed at any time; an encoder needs 1 value or more.", nameof(series));
        foreach (var k in Times)
            if (Difference(series[k], series[Times[0]]) is { } difference)
                throw new ArgumentException($"An encoder reads the same places at each time, but {difference} at observation times {Times[0]} and {k}.", nameof(series));
    }

    /// <summary>Positions in the series at which something is observed.</summary>
    public int[] Times { get; }

    /// <summary>Values at each of them.</summary>
    public int Count => One.Count;

    /// <summary>Numbers of a whole series.</summary>
    public int Width => checked(Times.Length * Count);

    /// <summary>Where values lie that form an image for each quantity, line by line, and which value each of its numbers is; null where they form none.</summary>
    public (ImageShape Shape, int[] Order)? Image => ImageOf(One.Points, Groups());

    private Observation One => first[Times[0]];

    /// <summary>Refuses a series that is laid out otherwise.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public void Expect(IReadOnlyList<Observation> series)
    {
        for (var k = 0; k < series.Count; k++)
            if (Difference(series[k], first[k]) is { } difference)
                throw new ArgumentException($"An encoder reads the same places in each trajectory, but {difference} at observation time {k} of two of them.", nameof(series));
    }

    /// <summary>Mean and standard deviation of exact readings over everything but the quantity: places where little happens do not become loud.</summary>
    /// <param name="readings">A row a trajectory, [any, Width].</param>
    public NormalizedColumns<double> Scale(Matrix<double> readings)
    {
        var groups = Groups();
        var (mean, deviation) = (new double[Count], new double[Count]);
        foreach (var group in groups.Distinct())
        {
            int[] own = [.. Enumerable.Range(0, Count).Where(j => groups[j] == group)];
            var values = new Matrix<double>(readings.Rows * Times.Length * own.Length, 1);
            var next = 0;
            for (var row = 0; row < readings.Rows; row++)
                for (var time = 0; time < Times.Length; time++)
                    foreach (var j in own)
                        values.Values[next++] = readings[row, time * Count + j];
            var scale = NormalizedColumns<double>.Of(values);
            foreach (var j in own)
                (mean[j], deviation[j]) = (scale.Mean[0], scale.Deviation[0]);
        }
        return new(mean, deviation);
    }

    /// <summary>What two observations differ in; null where they are laid out alike.</summary>
    private static string? Difference(Observation a, Observation b) =>
        a.Count != b.Count ? $"{b.Count} and {a.Count} values are observed"
        : !a.Points.SequenceEqual(b.Points) || !a.Quantities.SequenceEqual(b.Quantities) ? "other places or quantities are observed"
        : null;

    /// <summary>A number for each quantity, [Count].</summary>
    private int[] Groups()
    {
        if (One.Quantities.Count == 0)
            return new int[Count];
        string[] names = [.. One.Quantities.Distinct()];
        return [.. One.Quantities.Select(name => Array.IndexOf(names, name))];
    }

    private static (ImageShape Shape, int[] Order)? ImageOf(IReadOnlyList<SpacePoint?> points, int[] groups)
    {
        var channels = groups.Max() + 1;
        if (points.Any(point => point is null) || groups.Length % channels != 0)
            return null;
        int[] order = [.. Enumerable.Range(0, groups.Length).OrderBy(j => groups[j]).ThenBy(j => points[j]!.Value.Y).ThenBy(j => points[j]!.Value.X)];
        var count = groups.Length / channels;
        var (height, width) = (order.Take(count).Select(j => points[j]!.Value.Y).Distinct().Count(), order.Take(count).Select(j => points[j]!.Value.X).Distinct().Count());
        if (height * width != count)
            return null;
        for (var i = 0; i < order.Length; i++)
            if (groups[order[i]] != i / count || points[order[i]] != points[order[i % count]] || points[order[i]]!.Value.X != points[order[i % width]]!.Value.X)
                return null;
        return (new(channels, height, width), order);
    }
}
