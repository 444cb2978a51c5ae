namespace Sonde.Dynamics.Fields;

/// <summary>
/// Equally spaced points on a line, or on a plane or sphere with x fastest: index = j · nx + i. Interpolates linearly along
/// each axis, across the seam where an axis closes on itself.
/// </summary>
/// <param name="X">Coordinates along x: longitude on a sphere.</param>
/// <param name="Y">Coordinates along y: latitude on a sphere; null on a line.</param>
public sealed record RegularGrid(GridAxis X, GridAxis? Y = null) : IGrid
{
    /// <inheritdoc/>
    public int Count => checked(X.Count * (Y?.Count ?? 1));

    /// <inheritdoc/>
    public IReadOnlyList<int> Shape => Y is { } y ? [y.Count, X.Count] : [X.Count];

    /// <inheritdoc/>
    public SpacePoint this[int index]
    {
        get
        {
            if (Y is not { } y)
                return new SpacePoint(X[index]);
            var (row, column) = Math.DivRem(index, X.Count);
            return new SpacePoint(X[column], y[row]);
        }
    }

    /// <summary>Points 0, 1, … n − 1 on a ring of length n.</summary>
    public static RegularGrid Ring(int count) => new(new GridAxis(0, 1, count, count));

    /// <inheritdoc/>
    public int Interpolate(ISpace space, SpacePoint point, Span<int> indices, Span<double> weights)
    {
        if (X.Locate(point.X) is not { } x)
            return 0;
        if (Y is not { } axis)
            return Along(x, 0, 1, 0, indices, weights);
        if (axis.Locate(point.Y) is not { } y)
            return 0;
        var used = Along(x, y.First * X.Count, 1 - y.Share, 0, indices, weights);
        return y.Share == 0 ? used : Along(x, y.Second * X.Count, y.Share, used, indices, weights);
    }

    private static int Along((int First, int Second, double Share) x, int offset, double weight, int used, Span<int> indices, Span<double> weights)
    {
        (indices[used], weights[used]) = (offset + x.First, weight * (1 - x.Share));
        if (x.Share == 0)
            return used + 1;
        (indices[used + 1], weights[used + 1]) = (offset + x.Second, weight * x.Share);
        return used + 2;
    }
}
