using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>Given points, anywhere within the grids; fields are interpolated to them.</summary>
/// <param name="Points">In the order of the values.</param>
public sealed record PointLocations(IReadOnlyList<SpacePoint> Points) : ILocations
{
    /// <inheritdoc/>
    public IReadOnlyList<Probe> Choose(ObservedFields fields, double time, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return [.. fields.Fields.SelectMany(field => Points, Probe.At)];
    }
}
