namespace Sonde.Dynamics.Fields;

/// <summary>The space of components that have no place: every distance is 0.</summary>
public sealed record Nowhere : ISpace
{
    /// <inheritdoc/>
    public int Dimensions => 0;

    /// <inheritdoc/>
    public SpacePoint Periods => default;

    /// <inheritdoc/>
    public double Distance(SpacePoint a, SpacePoint b) => 0;

    /// <inheritdoc/>
    public SpacePoint Embed(SpacePoint point) => default;

    /// <inheritdoc/>
    public double EmbeddedReach(double distance) => distance;
}
