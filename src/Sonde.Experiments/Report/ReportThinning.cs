namespace Sonde.Experiments.Report;

/// <summary>What is left out so that a report opens at once: more than a screen can show.</summary>
public static class ReportThinning
{
    /// <summary>The longest series; a longer one is drawn as the mean, smallest and largest of runs of its values.</summary>
    public const int SeriesLength = 2000;

    /// <summary>The most observations that are kept one by one; all of them are counted.</summary>
    public const int Observations = 60_000;

    private const int SnapshotCount = 600;
    private const long SnapshotValues = 6_000_000;
    private const long ComponentValues = 250_000;

    /// <summary>
    /// Which times of a run to keep snapshots of: evenly spaced, first and last among them, at most 600 and so few that all
    /// snapshots together stay under six million values, about as many bytes of the file.
    /// </summary>
    /// <param name="times">How many there are.</param>
    /// <param name="valuesPerTime">Points × (truth, and two for each method), over all fields.</param>
    public static int[] Snapshots(int times, long valuesPerTime) =>
        Pick(times, (int)Math.Clamp(SnapshotValues / Math.Max(1, valuesPerTime), 2, SnapshotCount));

    /// <summary>Of how many trajectories, from the first, components are shown: all that there are, as long as they stay under a quarter of a million values.</summary>
    /// <param name="trajectories">How many there are.</param>
    /// <param name="valuesPerTrajectory">Times × (2, and three for each method), over all components.</param>
    public static int Trajectories(int trajectories, long valuesPerTrajectory) =>
        (int)Math.Clamp(ComponentValues / Math.Max(1, valuesPerTrajectory), 1, trajectories);

    /// <summary>At most <paramref name="limit"/> of the indices below <paramref name="count"/>, evenly spaced, both ends among them.</summary>
    public static int[] Pick(int count, int limit)
    {
        var kept = Math.Min(count, limit);
        var picked = new int[kept];
        for (var i = 0; i < kept; i++)
            picked[i] = kept == 1 ? 0 : (int)((long)i * (count - 1) / (kept - 1));
        return picked;
    }

    /// <summary>The series itself, or the mean, smallest and largest of equal runs of its values; gaps count for nothing.</summary>
    internal static ReportSeries Thin(ReportSeries series)
    {
        var count = series.Values.Length;
        if (count <= SeriesLength || series.Low is not null || series.High is not null)
            return series;
        var run = (count + SeriesLength - 1) / SeriesLength;
        var runs = (count + run - 1) / run;
        var (times, mean, low, high) = (new double[runs], new double[runs], new double[runs], new double[runs]);
        for (var r = 0; r < runs; r++)
        {
            var (from, to) = (r * run, Math.Min(count, (r + 1) * run));
            times[r] = 0.5 * (series.Times[from] + series.Times[to - 1]);
            (mean[r], low[r], high[r]) = Range(series.Values.AsSpan(from, to - from));
        }
        return new ReportSeries(series.Name, times, mean) { Low = low, High = high };
    }

    /// <summary>The component itself; or the last stretch of a state component, whose wiggles matter; or some times of a parameter.</summary>
    internal static ReportComponent Thin(ReportComponent component)
    {
        var count = component.Times.Length;
        if (count <= SeriesLength)
            return component;
        var kept = Pick(count, SeriesLength);
        if (!component.IsParameter)
            kept = [.. Enumerable.Range(count - SeriesLength, SeriesLength)];
        var start = component.Times[kept[0]];
        var observed = Enumerable.Range(0, component.ObservationTimes.Length).Where(i => component.ObservationTimes[i] >= start).ToArray();
        return component with
        {
            Times = At(component.Times, kept),
            Truth = component.Truth is { } truth ? At(truth, kept) : null,
            Bands = [.. component.Bands.Select(band => new ReportBand(band.Method, At(band.Mean, kept), At(band.Low, kept), At(band.High, kept)))],
            ObservationTimes = At(component.ObservationTimes, observed),
            ObservationValues = At(component.ObservationValues, observed),
        };
    }

    /// <summary>The same scores with 13 significant bits: one part in 8192. Whole numbers up to that stay exact, and the block is smaller.</summary>
    internal static ReportTrajectoryScore Thin(ReportTrajectoryScore score)
    {
        const int dropped = 11;             // of the 23 bits that single precision stores
        return score with { Values = Array.ConvertAll(score.Values, Round) };

        static double Round(double value)
        {
            var bits = BitConverter.SingleToUInt32Bits((float)value);
            return float.IsFinite((float)value) ? BitConverter.UInt32BitsToSingle((bits + (1u << (dropped - 1))) >> dropped << dropped) : double.NaN;
        }
    }

    /// <summary>All observations, or those made when a snapshot was taken; if that is none or still too many, some of them.</summary>
    internal static ReportObservations Thin(ReportObservations observations, IReadOnlyList<ReportField> fields)
    {
        var count = observations.Times.Length;
        if (count <= Observations)
            return observations;
        var snapshots = fields.SelectMany(field => field.Times).Distinct().Order().ToArray();
        var tolerance = 1e-6 * (observations.Times[^1] - observations.Times[0]);
        int[] kept = [.. Enumerable.Range(0, count).Where(i => IsNear(snapshots, observations.Times[i], tolerance))];
        if (kept.Length == 0)
            kept = [.. Enumerable.Range(0, count)];
        kept = At(kept, Pick(kept.Length, Observations));
        return observations with
        {
            Times = At(observations.Times, kept), X = At(observations.X, kept), Y = At(observations.Y, kept),
            Values = At(observations.Values, kept), Field = At(observations.Field, kept), Fate = At(observations.Fate, kept),
            Station = At(observations.Station, kept),
            Departures = [.. observations.Departures.Select(d => new ReportDepartures(d.Method, At(d.Forecast, kept), At(d.Analysis, kept)) { Fate = d.Fate is { } fate ? At(fate, kept) : null })],
        };
    }

    private static bool IsNear(double[] ascending, double time, double tolerance)
    {
        var at = Array.BinarySearch(ascending, time - tolerance);
        at = at < 0 ? ~at : at;
        return at < ascending.Length && ascending[at] <= time + tolerance;
    }

    private static (double Mean, double Low, double High) Range(ReadOnlySpan<double> values)
    {
        var (sum, low, high, count) = (0.0, double.PositiveInfinity, double.NegativeInfinity, 0);
        foreach (var value in values)
            if (double.IsFinite(value))
                (sum, low, high, count) = (sum + value, Math.Min(low, value), Math.Max(high, value), count + 1);
        return count == 0 ? (double.NaN, double.NaN, double.NaN) : (sum / count, low, high);
    }

    // An empty array stays empty: an observation without a place has no X, a method without a spread no values.
    private static T[] At<T>(T[] values, int[] indices) => values.Length == 0 ? values : Array.ConvertAll(indices, i => values[i]);
}
