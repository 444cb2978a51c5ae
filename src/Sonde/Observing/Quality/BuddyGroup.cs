using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Observing.Quality;

/// <summary>Readings of one field at one time.</summary>
internal sealed class BuddyGroup
{
    private readonly BuddyCheck check;
    private readonly SpatialCorrelation correlation;
    private readonly SpacePoint periods;
    private readonly SpacePoint[] embedded;
    private readonly int[] numbers;             // which reading each of the group is
    private readonly double[] values;
    private readonly double[] variances;        // of errors
    private readonly bool[] predicts;           // false for readings that are judged alone, and for rejected ones
    private readonly int[][] neighbors;         // within the distance, nearest first, itself left out
    private readonly double[] z;                // departure in units of its own expected size; NaN where not judged
    private readonly double[] expected;         // that size
    private readonly double variance;           // of the field, robustly

    public BuddyGroup(BuddyCheck check, IReadOnlyList<Reading> readings, (int Reading, bool Predicts)[] members, ISpace space)
    {
        (this.check, periods) = (check, space.Periods);
        correlation = new SpatialCorrelation(check.Distance);
        numbers = Array.ConvertAll(members, member => member.Reading);
        predicts = Array.ConvertAll(members, member => member.Predicts);
        var points = Array.ConvertAll(numbers, i => readings[i].Point!.Value);
        embedded = Array.ConvertAll(points, space.Embed);
        values = Array.ConvertAll(numbers, i => readings[i].Value);
        variances = Array.ConvertAll(numbers, i => readings[i].StandardDeviation * readings[i].StandardDeviation);
        variance = RobustVariance();
        neighbors = Neighbors(space, points);
        (z, expected) = (new double[numbers.Length], new double[numbers.Length]);
        for (var i = 0; i < z.Length; i++)
            Judge(i);
    }

    /// <summary>|z| of every reading that was judged.</summary>
    public IEnumerable<double> Scores() => z.Where(score => !double.IsNaN(score)).Select(Math.Abs);

    /// <summary>The readings that do not fit, worst first.</summary>
    /// <param name="scale">The robust standard deviation of z.</param>
    public List<int> Reject(double scale)
    {
        var rejected = new List<int>();
        for (var open = true; open;)
        {
            var worst = Enumerable.Range(0, z.Length).Where(i => Excess(i, scale) > 1 && Array.TrueForAll(neighbors[i], j => !Worse(j, i, scale))).ToArray();
            open = worst.Length > 0;
            foreach (var i in worst)
            {
                rejected.Add(numbers[i]);
                (z[i], predicts[i]) = (double.NaN, false);
            }
            foreach (var j in worst.SelectMany(i => neighbors[i]).Distinct())
                if (!double.IsNaN(z[j]))
                    Judge(j);
        }
        return rejected;
    }

    // How far beyond what is allowed; a departure within the threshold of the reading's own error always is.
    private double Excess(int i, double scale) =>
        Math.Abs(z[i]) * expected[i] / (check.Threshold * Math.Max(scale * expected[i], Math.Sqrt(variances[i])));

    // Only a reading that predicts others can be what made i look wrong.
    private bool Worse(int j, int i, double scale) =>
        predicts[j] && (Excess(j, scale), j).CompareTo((Excess(i, scale), i)) > 0;

    private void Judge(int i)
    {
        using var frame = Scratch.Enter();
        var near = frame.RentSpan<int>(check.Most);
        var n = 0;
        foreach (var j in neighbors[i])
            if (predicts[j] && n < near.Length)
                near[n++] = j;
        z[i] = double.NaN;
        if (n < check.Least)
            return;
        var k = frame.Rent(n, n);
        var right = frame.Rent(2, n);                                   // K⁻¹ k, K⁻¹ 1
        for (var a = 0; a < n; a++)
        {
            for (var b = 0; b < a; b++)
                k[a, b] = Covariance(near[a], near[b]);
            k[a, a] = variance + variances[near[a]];
            (right[0, a], right[1, a]) = (Covariance(i, near[a]), 1);
        }
        if (!Cholesky.Factor(k))
            return;
        Cholesky.Solve(k, right);
        var (unbiased, total, mean, explained) = (0.0, 0.0, 0.0, 0.0);
        for (var a = 0; a < n; a++)
        {
            total += right[1, a];
            unbiased += right[0, a];
        }
        var lagrange = (1 - unbiased) / total;
        for (var a = 0; a < n; a++)
        {
            mean += (right[0, a] + lagrange * right[1, a]) * values[near[a]];
            explained += right[0, a] * Covariance(i, near[a]);
        }
        expected[i] = Math.Sqrt(Math.Max(variance - explained + (1 - unbiased) * lagrange, 0) + variances[i]);
        z[i] = (values[i] - mean) / expected[i];
    }

    // By the chord, which differs little from the distance along the space between neighbors and costs no trigonometry.
    private double Covariance(int i, int j)
    {
        var (a, b) = (embedded[i], embedded[j]);
        var (x, y, z) = (Along(a.X - b.X, periods.X), Along(a.Y - b.Y, periods.Y), Along(a.Z - b.Z, periods.Z));
        return variance * correlation.At(Math.Sqrt(x * x + y * y + z * z));

        static double Along(double way, double period) => period > 0 ? way - period * Math.Round(way / period) : way;
    }

    private double RobustVariance()
    {
        var trusted = values.Where((_, i) => predicts[i]).Order().ToArray();
        if (trusted.Length == 0)
            return 1;
        var median = trusted[trusted.Length / 2];
        var deviation = 1.4826 * trusted.Select(value => Math.Abs(value - median)).Order().ElementAt(trusted.Length / 2);
        return Math.Max(deviation * deviation, variances.Max());
    }

    private int[][] Neighbors(ISpace space, SpacePoint[] points)
    {
        var index = new NeighborIndex(space, points);
        var (found, distances) = (new int[points.Length], new double[points.Length]);
        var all = new int[points.Length][];
        for (var i = 0; i < all.Length; i++)
        {
            var count = index.Find(points[i], check.Distance, found, distances);
            var near = found[..count];
            Array.Sort(distances[..count], near);
            all[i] = [.. near.Where(j => j != i)];
        }
        return all;
    }
}
