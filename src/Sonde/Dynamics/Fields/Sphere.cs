namespace Sonde.Dynamics.Fields;

/// <summary>
/// A sphere: x is longitude and y latitude, in degrees; distances are along great circles. Points embed at radius times
/// their unit vector, so a chord is never longer than its arc.
/// </summary>
/// <param name="Radius">In the unit of distances; the Earth's mean radius in km.</param>
public sealed record Sphere(double Radius = 6371.0) : ISpace
{
    private const double Degree = Math.PI / 180;

    /// <inheritdoc/>
    public int Dimensions => 2;

    /// <inheritdoc/>
    public SpacePoint Periods => default;

    /// <summary>Great-circle distance by the haversine formula, which is accurate for near points, and its complement for far ones.</summary>
    public double Distance(SpacePoint a, SpacePoint b)
    {
        var (half, product) = (Math.Sin(0.5 * Degree * (b.Y - a.Y)), Math.Cos(Degree * a.Y) * Math.Cos(Degree * b.Y));
        var turn = 0.5 * Degree * (b.X - a.X);
        var (sin, cos) = Math.SinCos(turn);
        var sum = Math.Sin(0.5 * Degree * (b.Y + a.Y));
        var near = half * half + product * sin * sin;                   // sin² of half the angle
        var far = sum * sum + product * cos * cos;                      // cos² of half the angle
        return 2 * Radius * Math.Atan2(Math.Sqrt(near), Math.Sqrt(far));
    }

    /// <inheritdoc/>
    public SpacePoint Embed(SpacePoint point)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(Degree * point.Y);
        var (sinLongitude, cosLongitude) = Math.SinCos(Degree * point.X);
        return new SpacePoint(Radius * cosLatitude * cosLongitude, Radius * cosLatitude * sinLongitude, Radius * sinLatitude);
    }

    /// <summary>East and north on the plane that touches the sphere at <paramref name="from"/>, seen from the center (gnomonic).</summary>
    public SpacePoint Offset(SpacePoint from, SpacePoint to)
    {
        var (sinFrom, cosFrom) = Math.SinCos(Degree * from.Y);
        var (sinTo, cosTo) = Math.SinCos(Degree * to.Y);
        var (sinTurn, cosTurn) = Math.SinCos(Degree * (to.X - from.X));
        var up = sinFrom * sinTo + cosFrom * cosTo * cosTurn;
        if (up <= 0)
            return new SpacePoint(double.NaN, double.NaN);
        return new SpacePoint(Radius * cosTo * sinTurn / up, Radius * (cosFrom * sinTo - sinFrom * cosTo * cosTurn) / up);
    }

    /// <inheritdoc/>
    public double EmbeddedReach(double distance) => 2 * Radius * Math.Sin(Math.Min(0.5 * distance / Radius, 0.5 * Math.PI));
}
