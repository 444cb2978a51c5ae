using Sonde.Numerics;

namespace Sonde.Observing.Networks;

/// <summary>
/// Points of the grid by number, from 0, the same for each field; where components have no place, numbers of components. Half of
/// the state, the land without the ocean: such sets are lists.
/// </summary>
/// <param name="Indices">The numbers, in the order of the values.</param>
public sealed record IndexedLocations(IReadOnlyList<int> Indices) : GridLocations
{
    /// <inheritdoc/>
    protected override IEnumerable<int> Points(ComponentGroup group, RandomSource random)
    {
        foreach (var index in Indices)
            if ((uint)index >= (uint)group.Components.Count)
                throw new ArgumentException($"Location {index} does not exist: there are {group.Components.Count}, counted from 0.", nameof(group));
        return Indices;
    }
}
