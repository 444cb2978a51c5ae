namespace Sonde.Dynamics.Fields;

/// <summary>A grid of one point: a component on its own.</summary>
/// <param name="At">Where it lies.</param>
public sealed record SinglePoint(SpacePoint At = default) : IGrid
{
    private const double Tolerance = 1e-9;

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public IReadOnlyList<int> Shape => [1];

    /// <inheritdoc/>
    public SpacePoint this[int index] => At;

    /// <summary>Weight 1 at the point itself (anywhere, in a space without distances); outside elsewhere.</summary>
    public int Interpolate(ISpace space, SpacePoint point, Span<int> indices, Span<double> weights)
    {
        if (!(space.Distance(At, point) <= Tolerance))
            return 0;
        (indices[0], weights[0]) = (0, 1);
        return 1;
    }
}
