namespace Sonde.Dynamics.Fields;

/// <summary>A line, or a ring: a line whose coordinate repeats.</summary>
/// <param name="Period">Length of the ring; 0 for a line without end.</param>
public sealed record Line(double Period = 0) : ISpace
{
    /// <inheritdoc/>
    public int Dimensions => 1;

    /// <inheritdoc/>
    public SpacePoint Periods => new(Period);

    /// <inheritdoc/>
    public double Distance(SpacePoint a, SpacePoint b) => Math.Abs(Periodic.Difference(a.X, b.X, Period));

    /// <inheritdoc/>
    public SpacePoint Embed(SpacePoint point) => new(Periodic.Wrap(point.X, Period));

    /// <inheritdoc/>
    public double EmbeddedReach(double distance) => distance;
}
