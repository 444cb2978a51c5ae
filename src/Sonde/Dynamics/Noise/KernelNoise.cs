using System.Numerics.Tensors;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Dynamics.Noise;

/// <summary>
/// Noise with a spatial correlation on many points, in any space: points one after the other, each drawn given the nearest of
/// those before it, xᵢ = Σⱼ bᵢⱼ xⱼ + √dᵢ ξᵢ. Cost and memory grow with points × neighbors, where a dense factor would grow with the cube.
/// Vecchia, J. R. Stat. Soc. B 50, 1988; with the points in random order, Guinness, Technometrics 60, 2018.
/// </summary>
/// <remarks>
/// <see cref="AddCovariance"/> gives the correlation that was asked for; what is drawn differs from it by at most about 1 % of the
/// variance with 50 neighbors. On a sphere correlations are taken at the chord, where every shape is positive definite.
/// </remarks>
public sealed class KernelNoise : IRootedNoise
{
    private const double Nugget = 1e-10;        // keeps a Gaussian correlation of near points positive definite in floating point

    private readonly SpacePoint[] places;       // embedded
    private readonly SpacePoint periods;
    private readonly SpatialCorrelation correlation;
    private readonly double standardDeviation;
    private readonly int[] order;               // order[k] is drawn k-th
    private readonly int[] starts;              // neighbors of the k-th are before[starts[k] .. starts[k + 1]]
    private readonly int[] before;
    private readonly double[] weights;          // b
    private readonly double[] spreads;          // √d

    /// <summary>Finds neighbors and weights, once.</summary>
    /// <param name="space">Where the points lie.</param>
    /// <param name="points">One a component.</param>
    /// <param name="correlation">Of two points at a distance.</param>
    /// <param name="standardDeviation">Of each component, 0 or more.</param>
    /// <param name="neighbors">How many earlier points a point is drawn from, at least 1.</param>
    /// <exception cref="ArgumentException">A number is out of its range, or the correlation is not positive definite on these points.</exception>
    public KernelNoise(
        ISpace space, IReadOnlyList<SpacePoint> points, SpatialCorrelation correlation, double standardDeviation, int neighbors = 50)
    {
        if (!(standardDeviation >= 0))
            throw new ArgumentOutOfRangeException(nameof(standardDeviation), standardDeviation, "A standard deviation is 0 or more.");
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 1);
        (places, periods) = ([.. points.Select(space.Embed)], space.Periods);
        (this.correlation, this.standardDeviation) = (correlation, standardDeviation);
        var n = points.Count;
        order = [.. Enumerable.Range(0, n)];
        Array.Sort([.. order.Select(i => Scrambled((ulong)i))], order);
        starts = new int[n + 1];
        for (var k = 0; k < n; k++)
            starts[k + 1] = checked(starts[k] + Math.Min(k, neighbors));
        (before, weights, spreads) = (new int[starts[n]], new double[starts[n]], new double[n]);
        var drawn = new SpacePoint[n];
        for (var k = 0; k < n; k++)
            drawn[k] = points[order[k]];
        for (var first = 1; first < n; first *= 2)                      // an index of twice as many points: half of them come before
        {
            var index = new NeighborIndex(space, drawn[..Math.Min(2 * first, n)]);
            for (var k = first; k < index.Count; k++)
                FindEarlier(index, drawn[k], k, before.AsSpan(starts[k], starts[k + 1] - starts[k]));
        }
        for (var k = 0; k < n; k++)
            Weigh(k, before.AsSpan(starts[k], starts[k + 1] - starts[k]));
    }

    /// <inheritdoc/>
    public int Width => places.Length;

    /// <inheritdoc/>
    public int Modes => Width;

    /// <inheritdoc/>
    public void Color(ReadOnlySpan<double> white, Span<double> x)
    {
        Correlate(white, x);
        TensorPrimitives.Multiply(x, standardDeviation, x);
    }

    /// <inheritdoc/>
    public void AddTransposed(ReadOnlySpan<double> x, Span<double> white)
    {
        using var frame = Scratch.Enter();
        var bar = frame.Rent(1, Width)[0];
        TensorPrimitives.Multiply(x, standardDeviation, bar);
        for (var k = order.Length - 1; k >= 0; k--)
        {
            var value = bar[order[k]];
            for (var j = starts[k]; j < starts[k + 1]; j++)
                bar[before[j]] += weights[j] * value;
            white[k] += spreads[k] * value;
        }
    }

    /// <inheritdoc/>
    public double[] StandardDeviations() => [.. Enumerable.Repeat(standardDeviation, Width)];

    /// <inheritdoc/>
    public void AddDraw(Span<double> x, double factor, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var draw = frame.Rent(1, Width)[0];
        var white = frame.Rent(1, Width)[0];
        random.FillNormal(white);
        Correlate(white, draw);
        for (var i = 0; i < draw.Length; i++)
            x[i] += factor * standardDeviation * draw[i];
    }

    /// <inheritdoc/>
    public void AddCovariance(double factor, Batch<double> covariance)
    {
        var variance = factor * standardDeviation * standardDeviation;
        for (var i = 0; i < Width; i++)
            for (var j = 0; j < Width; j++)
                covariance[i, j] += variance * Correlation(i, j);
    }

    /// <inheritdoc/>
    public void Covariance(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, Batch<double> block)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var row = block[i];
            for (var j = 0; j < columns.Length; j++)
                row[j] = Distance(rows[i], columns[j]);
            correlation.At(row, row);
            TensorPrimitives.Multiply(row, standardDeviation * standardDeviation, row);
        }
    }

    /// <summary>The linear map from white noise, in the order of drawing, to noise of unit variance.</summary>
    internal void Correlate(ReadOnlySpan<double> white, Span<double> draw)
    {
        for (var k = 0; k < order.Length; k++)
        {
            var value = spreads[k] * white[k];
            for (var j = starts[k]; j < starts[k + 1]; j++)
                value += weights[j] * draw[before[j]];
            draw[order[k]] = value;
        }
    }

    /// <summary>A fixed random order: the finalizer of SplitMix64. Steele, Lea and Flood, OOPSLA 2014.</summary>
    private static ulong Scrambled(ulong i)
    {
        i = (i + 1) * 0x9E3779B97F4A7C15UL;
        i = (i ^ i >> 30) * 0xBF58476D1CE4E5B9UL;
        i = (i ^ i >> 27) * 0x94D049BB133111EBUL;
        return i ^ i >> 31;
    }

    private double Correlation(int i, int j) => correlation.At(Distance(i, j));

    private double Distance(int i, int j)
    {
        var (a, b) = (places[i], places[j]);
        var dx = Periodic.Difference(a.X, b.X, periods.X);
        var dy = Periodic.Difference(a.Y, b.Y, periods.Y);
        var dz = Periodic.Difference(a.Z, b.Z, periods.Z);
        return Math.Sqrt(dx * dx + dy * dy + dz * dz);
    }

    /// <summary>The nearest of the points drawn before the k-th, as they are numbered in a row.</summary>
    private void FindEarlier(NeighborIndex index, SpacePoint point, int k, Span<int> earlier)
    {
        var among = 3 * earlier.Length + 8;
        while (true)
        {
            using var frame = Scratch.Enter();
            var near = frame.RentSpan<int>(Math.Min(among, index.Count));
            var found = 0;
            foreach (var i in near[..index.FindNearest(point, near)])
                if (i < k && found < earlier.Length)
                    earlier[found++] = order[i];
            if (found == earlier.Length)
                return;
            among *= 2;
        }
    }

    /// <summary>b solves C b = c with the correlations C of the neighbors and c of the point with them; d = 1 − c b.</summary>
    private void Weigh(int k, ReadOnlySpan<int> nearest)
    {
        var m = nearest.Length;
        using var frame = Scratch.Enter();
        var c = frame.Rent(m, m);
        var b = weights.AsSpan(starts[k], m);
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j <= i; j++)
                c[i, j] = c[j, i] = Correlation(nearest[i], nearest[j]);
            c[i, i] += Nugget;
            b[i] = Correlation(order[k], nearest[i]);
        }
        if (!Cholesky.Factor(c))
            throw new ArgumentException(
                $"The correlation is not positive definite on these points: two of them coincide, or {correlation} does not suit the space.");
        Cholesky.SolveLower(c, new Batch<double>(b));
        var explained = 0.0;
        foreach (var part in b)
            explained += part * part;
        spreads[k] = Math.Sqrt(Math.Max(0, 1 - explained));
        Cholesky.SolveLowerTransposed(c, new Batch<double>(b));
    }
}
