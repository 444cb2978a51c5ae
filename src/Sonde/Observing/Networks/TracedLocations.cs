using Sonde.Numerics;

namespace Sonde.Observing.Networks;

/// <summary>
/// So many points equally far apart in the order of the grid, which in a plane run along slanting traces like a satellite's;
/// a common offset is drawn for each observation time, so the traces move. Sakov and Oke, Tellus 60A, 2008, section 5.
/// </summary>
/// <param name="Traced">How many.</param>
/// <param name="Redraw">True to draw the offset anew at each observation time; false for offset 0.</param>
public sealed record TracedLocations(int Traced, bool Redraw = true) : GridLocations
{
    /// <inheritdoc/>
    public override bool Change => Redraw;

    /// <inheritdoc/>
    protected override IEnumerable<int> Points(ComponentGroup group, RandomSource random)
    {
        var n = group.Components.Count;
        if (Traced < 1 || Traced > n)
            throw new ArgumentException($"There can be 1 to {n} locations, not {Traced}.", nameof(group));
        var offset = Redraw ? random.NextInt(n / Traced) : 0;
        return Enumerable.Range(0, Traced).Select(i => (int)((long)i * n / Traced) + offset);
    }
}
