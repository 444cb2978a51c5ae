namespace Sonde.Dynamics.Fields;

/// <summary>
/// Points in no order: stations, particles, an unstructured mesh. A place within the tolerance of a point takes its value;
/// another is interpolated linearly between the nearest points that surround it: two on a line, a triangle in two dimensions.
/// A place that none of its <see cref="Candidates"/> nearest points surround lies outside.
/// </summary>
public sealed class ScatteredPoints : IGrid
{
    /// <summary>How many of the nearest points may serve an interpolation.</summary>
    public const int Candidates = 16;

    private const double Inside = -1e-9;            // a weight this little below 0 lies on a side
    private readonly SpacePoint[] points;
    private readonly double tolerance;
    private Sorted? sorted;                         // made at the first interpolation, one space at a time

    /// <summary>Copies the points.</summary>
    /// <param name="points">Any number.</param>
    /// <param name="tolerance">What lies this near to a point is that point, in the space's unit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or not a number.</exception>
    public ScatteredPoints(IReadOnlyList<SpacePoint> points, double tolerance = 1e-6)
    {
        if (!(tolerance >= 0))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "A tolerance is 0 or more.");
        (this.points, this.tolerance) = ([.. points], tolerance);
    }

    /// <inheritdoc/>
    public int Count => points.Length;

    /// <inheritdoc/>
    public IReadOnlyList<int> Shape => [points.Length];

    /// <inheritdoc/>
    public SpacePoint this[int index] => points[index];

    /// <inheritdoc/>
    public int Interpolate(ISpace space, SpacePoint point, Span<int> indices, Span<double> weights)
    {
        var made = sorted;
        if (made is null || !made.Space.Equals(space))
            sorted = made = new Sorted(space, new NeighborIndex(space, points));
        Span<int> near = stackalloc int[Candidates];
        near = near[..made.Index.FindNearest(point, near)];
        if (near.IsEmpty)
            return 0;
        (indices[0], weights[0]) = (near[0], 1);
        if (space.Distance(points[near[0]], point) <= tolerance)
            return 1;
        Span<SpacePoint> offsets = stackalloc SpacePoint[near.Length];
        for (var k = 0; k < near.Length; k++)
            offsets[k] = space.Offset(point, points[near[k]]);
        return space.Dimensions switch
        {
            1 => Between(near, offsets, indices, weights),
            2 => WithinTriangle(near, offsets, indices, weights),
            _ => 0,
        };
    }

    private static int Between(ReadOnlySpan<int> near, ReadOnlySpan<SpacePoint> offsets, Span<int> indices, Span<double> weights)
    {
        for (var b = 1; b < near.Length; b++)
        {
            var (left, right) = (offsets[0].X, offsets[b].X);
            if (!(left * right < 0))
                continue;
            (indices[0], weights[0]) = (near[0], right / (right - left));
            (indices[1], weights[1]) = (near[b], left / (left - right));
            return 2;
        }
        return 0;
    }

    /// <summary>Barycentric weights in the first triangle, in the order of nearness, with the place inside.</summary>
    private static int WithinTriangle(ReadOnlySpan<int> near, ReadOnlySpan<SpacePoint> offsets, Span<int> indices, Span<double> weights)
    {
        for (var c = 2; c < near.Length; c++)
            for (var b = 1; b < c; b++)
                for (var a = 0; a < b; a++)
                {
                    var (toA, toB, toC) = (Cross(offsets[b], offsets[c]), Cross(offsets[c], offsets[a]), Cross(offsets[a], offsets[b]));
                    var area = toA + toB + toC;
                    if (!(Math.Min(toA / area, Math.Min(toB / area, toC / area)) >= Inside))
                        continue;
                    (indices[0], indices[1], indices[2]) = (near[a], near[b], near[c]);
                    (weights[0], weights[1], weights[2]) = (toA / area, toB / area, toC / area);
                    return 3;
                }
        return 0;
    }

    private static double Cross(SpacePoint a, SpacePoint b) => a.X * b.Y - a.Y * b.X;

    private sealed record Sorted(ISpace Space, NeighborIndex Index);
}
