using System.Collections;
using Sonde.Numerics;

namespace Sonde.Dynamics.Fields;

/// <summary>
/// Finds points near a place: cell lists over the embedded coordinates. Building takes a few passes over the points;
/// a query looks only at cells within reach, so its cost depends on what it finds and not on how many points there are.
/// Results are in ascending order, so they depend on nothing but the points.
/// </summary>
public sealed class NeighborIndex
{
    private const int PointsPerCell = 2;
    private static readonly SpacePoint Highest = new(double.MaxValue, double.MaxValue, double.MaxValue);
    private static readonly SpacePoint Lowest = new(double.MinValue, double.MinValue, double.MinValue);

    private readonly ISpace space;
    private readonly double edge;
    private readonly double rounding;       // of an embedded coordinate
    private readonly Cells x;
    private readonly Cells y;
    private readonly Cells z;
    private readonly int[] starts;          // points of cell c are order[starts[c] .. starts[c + 1]]
    private readonly int[] order;
    private readonly Coordinates points;    // in the order of cells
    private readonly Coordinates embedded;

    /// <summary>Sorts points into cells.</summary>
    /// <param name="space">Where they lie.</param>
    /// <param name="points">Any number, none of them NaN.</param>
    /// <exception cref="ArgumentException">A coordinate is not finite.</exception>
    public NeighborIndex(ISpace space, IReadOnlyList<SpacePoint> points)
    {
        this.space = space;
        var n = points.Count;
        var (low, high, first) = (Highest, Lowest, n == 0 ? default : points[0]);
        var (varies, isEmbedded) = (first, true);
        for (var i = 0; i < n; i++)
        {
            var (point, p) = (points[i], space.Embed(points[i]));
            if (!double.IsFinite(p.X + p.Y + p.Z))
                throw new ArgumentException($"Point {i} is not finite: {point}.", nameof(points));
            low = new SpacePoint(Math.Min(low.X, p.X), Math.Min(low.Y, p.Y), Math.Min(low.Z, p.Z));
            high = new SpacePoint(Math.Max(high.X, p.X), Math.Max(high.Y, p.Y), Math.Max(high.Z, p.Z));
            varies = new SpacePoint(Other(varies.X, first.X, point.X), Other(varies.Y, first.Y, point.Y), Other(varies.Z, first.Z, point.Z));
            isEmbedded &= p == point;
        }
        if (n == 0)
            (low, high) = (default, default);
        var periods = space.Periods;
        rounding = 1e-14 * new[] { low.X, low.Y, low.Z, high.X, high.Y, high.Z, periods.X, periods.Y, periods.Z }.Max(Math.Abs);
        edge = Edge(n, Extent(low.X, high.X, periods.X), Extent(low.Y, high.Y, periods.Y), Extent(low.Z, high.Z, periods.Z));
        x = new Cells(low.X, high.X, edge, periods.X);
        y = new Cells(low.Y, high.Y, edge, periods.Y);
        z = new Cells(low.Z, high.Z, edge, periods.Z);

        starts = new int[x.Count * y.Count * z.Count + 1];
        for (var i = 0; i < n; i++)
            starts[CellOf(space.Embed(points[i]))]++;
        for (var (c, sum) = (0, 0); c < starts.Length; c++)
            (starts[c], sum) = (sum, sum + starts[c]);
        order = new int[n];
        for (var i = 0; i < n; i++)
            order[starts[CellOf(space.Embed(points[i]))]++] = i;
        for (var c = starts.Length - 1; c > 0; c--)
            starts[c] = starts[c - 1];                      // each had moved on to the start of the next
        starts[0] = 0;
        this.points = new Coordinates(points, order, first, varies);
        embedded = isEmbedded ? this.points : new Coordinates(new Embedded(points, space), order, low, high);
    }

    /// <summary>The number of points.</summary>
    public int Count => order.Length;

    /// <summary>Writes the indices of all points within a distance (≤), ascending.</summary>
    /// <param name="center">Where to look.</param>
    /// <param name="distance">0 or more, in the space's unit.</param>
    /// <param name="found">Room for indices; <see cref="Count"/> always suffices.</param>
    /// <param name="distances">Room for the distance of each, or empty where nobody asks.</param>
    /// <returns>How many there are; where that exceeds the room, what was written is unspecified: enlarge and ask again.</returns>
    public int Find(SpacePoint center, double distance, Span<int> found, Span<double> distances = default)
    {
        var c = space.Embed(center);
        var reach = space.EmbeddedReach(distance) * (1 + 1e-12) + rounding;
        var room = distances.IsEmpty ? found.Length : Math.Min(found.Length, distances.Length);
        var count = 0;
        var zs = z.Within(c.Z, reach);
        while (zs.Next())
        {
            var ys = y.Within(c.Y, reach);
            while (ys.Next())
            {
                var xs = x.Within(c.X, reach);
                while (xs.Next())
                {
                    var cell = (zs.Cell * y.Count + ys.Cell) * x.Count + xs.Cell;
                    for (var i = starts[cell]; i < starts[cell + 1]; i++)
                    {
                        var p = embedded[i];
                        var (dx, dy, dz) = (x.Difference(p.X, c.X), y.Difference(p.Y, c.Y), z.Difference(p.Z, c.Z));
                        if (dx * dx + dy * dy + dz * dz > reach * reach)
                            continue;
                        var d = space.Distance(center, points[i]);
                        if (!(d <= distance))
                            continue;
                        if (count < room)
                        {
                            found[count] = order[i];
                            if (!distances.IsEmpty)
                                distances[count] = d;
                        }
                        count++;
                    }
                }
            }
        }
        if (count > room)
            return count;
        Sort(found[..count], distances.IsEmpty ? distances : distances[..count]);
        return count;
    }

    /// <summary>Writes the indices of the nearest points, nearest first, of equally near ones the lower index first.</summary>
    /// <param name="center">Where to look.</param>
    /// <param name="nearest">As many as are wanted.</param>
    /// <returns>How many were written: fewer than wanted only where there are fewer points.</returns>
    public int FindNearest(SpacePoint center, Span<int> nearest)
    {
        var wanted = Math.Min(nearest.Length, Count);
        var room = 4 * wanted + 16;
        var distance = edge;
        while (true)
        {
            using var frame = Scratch.Enter();
            var found = frame.RentSpan<int>(room);
            var distances = frame.RentSpan<double>(room);
            var count = Find(center, distance, found, distances);
            if (count < wanted && double.IsFinite(distance))
            {
                distance *= count < wanted / 4 ? 2 : 1.5;
                continue;
            }
            if (count > room)
            {
                room = count;
                continue;
            }
            found = found[..count];
            distances = distances[..count];
            wanted = Math.Min(wanted, count);
            distances.Sort(found);
            for (var first = 0; first < wanted;)
            {
                var last = first + 1;
                while (last < count && distances[last] == distances[first])
                    last++;
                found[first..last].Sort();
                first = last;
            }
            found[..wanted].CopyTo(nearest);
            return wanted;
        }
    }

    /// <summary>Cells are often in the order of their points already, as on a line.</summary>
    private static void Sort(Span<int> found, Span<double> distances)
    {
        var at = 1;
        while (at < found.Length && found[at - 1] < found[at])
            at++;
        if (at >= found.Length)
            return;
        if (distances.IsEmpty)
            found.Sort();
        else
            found.Sort(distances);
    }

    private int CellOf(SpacePoint p) => (z.Of(p.Z) * y.Count + y.Of(p.Y)) * x.Count + x.Of(p.X);

    private static double Other(double seen, double first, double value) => seen != first ? seen : value;

    private static double Extent(double low, double high, double period) => period > 0 ? period : high - low;

    /// <summary>An edge that cuts the box around n points into about n / PointsPerCell cubes; directions thinner than it do not count.</summary>
    private static double Edge(int n, params ReadOnlySpan<double> extents)
    {
        var edge = 0.0;
        while (true)
        {
            var (volume, dimensions) = (1.0, 0);
            foreach (var extent in extents)
                if (extent > edge)
                    (volume, dimensions) = (volume * extent, dimensions + 1);
            if (dimensions == 0)
                return edge > 0 ? edge : 1;
            var next = Math.Pow(volume * PointsPerCell / n, 1.0 / dimensions);
            if (next <= edge)
                return edge;
            edge = next;
        }
    }

    /// <summary>Points with only those coordinates stored that come before the last one in which they differ.</summary>
    private readonly struct Coordinates
    {
        private readonly double[] values;
        private readonly int stored;
        private readonly SpacePoint shared;

        /// <summary>Takes points in a given order, and two places that differ in every coordinate in which points do.</summary>
        public Coordinates(IReadOnlyList<SpacePoint> points, int[] order, SpacePoint one, SpacePoint other)
        {
            (shared, stored) = (one, one.Z != other.Z ? 3 : one.Y != other.Y ? 2 : 1);
            values = new double[stored * order.Length];
            for (var i = 0; i < order.Length; i++)
            {
                var p = points[order[i]];
                values[stored * i] = p.X;
                if (stored > 1)
                    values[stored * i + 1] = p.Y;
                if (stored > 2)
                    values[stored * i + 2] = p.Z;
            }
        }

        public SpacePoint this[int i] => stored switch
        {
            1 => new SpacePoint(values[i], shared.Y, shared.Z),
            2 => new SpacePoint(values[2 * i], values[2 * i + 1], shared.Z),
            _ => new SpacePoint(values[3 * i], values[3 * i + 1], values[3 * i + 2]),
        };
    }

    /// <summary>The embedded places of points, computed when asked for.</summary>
    private sealed class Embedded(IReadOnlyList<SpacePoint> points, ISpace space) : IReadOnlyList<SpacePoint>
    {
        public int Count => points.Count;

        public SpacePoint this[int index] => space.Embed(points[index]);

        public IEnumerator<SpacePoint> GetEnumerator() => points.Select(space.Embed).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Cells along one embedded coordinate.</summary>
    private readonly struct Cells
    {
        private readonly double low;
        private readonly double edge;
        private readonly double period;

        public Cells(double low, double high, double edge, double period)
        {
            this.period = period;
            this.low = period > 0 ? 0 : low;
            var extent = Extent(low, high, period);
            Count = (int)Math.Clamp(extent / edge, 1, 1 << 20);
            this.edge = Math.Max(extent / Count, double.Epsilon);
        }

        public int Count { get; }

        public int Of(double coordinate) => (int)Math.Clamp((coordinate - low) / edge, 0, Count - 1);

        public double Difference(double a, double b) => Periodic.Difference(a, b, period);

        /// <summary>Each cell that meets [center − reach, center + reach], once.</summary>
        public Range Within(double center, double reach)
        {
            if (period <= 0)
                return new Range(Of(center - reach), Of(center + reach), Count);
            var first = Math.Floor((center - reach) / edge);
            var last = Math.Floor((center + reach) / edge);
            if (!(last - first + 1 < Count))
                return new Range(0, Count - 1, Count);
            var wrapped = first < 0 ? (int)first + Count : (int)first;
            return new Range(wrapped, wrapped + (int)(last - first), Count);
        }
    }

    private struct Range(int first, int last, int count)
    {
        private int at = first - 1;

        public readonly int Cell => at < count ? at : at - count;

        public bool Next() => ++at <= last;
    }
}
