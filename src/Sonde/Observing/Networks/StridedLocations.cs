using Sonde.Numerics;

namespace Sonde.Observing.Networks;

/// <summary>Every so manieth point along each axis of the grid.</summary>
/// <param name="Stride">1 or more.</param>
/// <param name="Offset">The first point along each axis, 0 or more.</param>
public sealed record StridedLocations(int Stride, int Offset = 0) : GridLocations
{
    /// <inheritdoc/>
    protected override IEnumerable<int> Points(ComponentGroup group, RandomSource random)
    {
        if (Stride < 1)
            throw new ArgumentException($"A stride must be 1 or more, not {Stride}.", nameof(group));
        foreach (var length in group.Shape)
            if ((uint)Offset >= (uint)length)
                throw new ArgumentException($"The first point, {Offset}, does not exist along an axis of {length} points, counted from 0.", nameof(group));
        return Product(group.Shape, axis => Enumerable.Range(0, (group.Shape[axis] - Offset + Stride - 1) / Stride).Select(i => Offset + i * Stride));
    }
}
