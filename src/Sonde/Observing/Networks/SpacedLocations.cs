using Sonde.Numerics;

namespace Sonde.Observing.Networks;

/// <summary>So many points along each axis, equally far apart and centered: point ⌊(i + ½) n / c⌋ of n is the i-th of c.</summary>
/// <param name="Grid">c along each axis, slowest first, [ny, nx] in a plane.</param>
public sealed record SpacedLocations(IReadOnlyList<int> Grid) : GridLocations
{
    /// <inheritdoc/>
    protected override IEnumerable<int> Points(ComponentGroup group, RandomSource random)
    {
        if (Grid.Count != group.Shape.Count)
            throw new ArgumentException($"Numbers of locations are given along {Grid.Count} axes, but the field's grid has {group.Shape.Count}.", nameof(group));
        for (var axis = 0; axis < Grid.Count; axis++)
            if (Grid[axis] < 1 || Grid[axis] > group.Shape[axis])
                throw new ArgumentException($"Along axis {axis} there can be 1 to {group.Shape[axis]} locations, not {Grid[axis]}.", nameof(group));
        return Product(group.Shape, axis => Enumerable.Range(0, Grid[axis]).Select(i => (int)((2L * i + 1) * group.Shape[axis] / (2 * Grid[axis]))));
    }
}
