using Sonde.Numerics;

namespace Sonde.Observing.Networks;

/// <summary>Every point of the grid.</summary>
public sealed record AllLocations : GridLocations
{
    /// <inheritdoc/>
    protected override IEnumerable<int> Points(ComponentGroup group, RandomSource random) => Enumerable.Range(0, group.Components.Count);
}
