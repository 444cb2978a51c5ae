using Sonde.Numerics;

namespace Sonde.Observing.Networks;

/// <summary>Points of the grid drawn without replacement, in rising order; fields on grids of one size are observed at the same ones.</summary>
/// <param name="Random">How many.</param>
/// <param name="Redraw">True to draw anew at each observation time.</param>
public sealed record RandomLocations(int Random, bool Redraw = false) : GridLocations
{
    /// <inheritdoc/>
    public override bool Change => Redraw;

    /// <inheritdoc/>
    protected override IEnumerable<int> Points(ComponentGroup group, RandomSource random)
    {
        var n = group.Components.Count;
        if (Random < 1 || Random > n)
            throw new ArgumentException($"Between 1 and {n} locations can be drawn, not {Random}.", nameof(group));
        var drawn = new SortedSet<int>();
        for (var last = n - Random; last < n; last++)                   // Floyd's algorithm: each set is equally likely
            if (!drawn.Add(random.NextInt(last + 1)))
                drawn.Add(last);
        return drawn;
    }
}
