namespace Sonde.Dynamics.Fields;

/// <summary>A plane, a cylinder or a torus: each coordinate may repeat.</summary>
/// <param name="PeriodX">Period of x; 0 where it does not repeat.</param>
/// <param name="PeriodY">Period of y; 0 where it does not repeat.</param>
public sealed record Plane(double PeriodX = 0, double PeriodY = 0) : ISpace
{
    /// <inheritdoc/>
    public int Dimensions => 2;

    /// <inheritdoc/>
    public SpacePoint Periods => new(PeriodX, PeriodY);

    /// <inheritdoc/>
    public double Distance(SpacePoint a, SpacePoint b)
    {
        var (dx, dy) = (Periodic.Difference(a.X, b.X, PeriodX), Periodic.Difference(a.Y, b.Y, PeriodY));
        return Math.Sqrt(dx * dx + dy * dy);
    }

    /// <inheritdoc/>
    public SpacePoint Embed(SpacePoint point) => new(Periodic.Wrap(point.X, PeriodX), Periodic.Wrap(point.Y, PeriodY));

    /// <inheritdoc/>
    public double EmbeddedReach(double distance) => distance;
}
