using Sonde.Numerics;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>
/// Single readings scattered over time and space: pairs of an observation time and a point, drawn without replacement from a whole
/// series, so that at each time nothing is read, or something, or much.
/// </summary>
/// <param name="Scattered">How many in a series; between two bounds it is drawn too, each number as likely.</param>
/// <param name="Among">Which points may be read, by number as in <see cref="IndexedLocations"/>; all where absent.</param>
/// <param name="Redraw">True to draw anew for each series.</param>
public sealed record ScatteredLocations(CountRange Scattered, IReadOnlyList<int>? Among = null, bool Redraw = true) : ISeriesLocations
{
    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<Probe>> ChooseAll(ObservedFields fields, int times, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(random);
        var components = fields.Among(Among);
        var pairs = (long)times * components.Length;
        if (Scattered.Most > pairs || pairs > int.MaxValue)
            throw new ArgumentException($"At most {pairs} readings can be drawn from {times} times and {components.Length} points, not {Scattered.Most}.", nameof(times));
        var drawn = new SortedSet<int>();
        for (var last = (int)pairs - Scattered.Draw(random); last < pairs; last++)      // Floyd's algorithm: each set is equally likely
            if (!drawn.Add(random.NextInt(last + 1)))
                drawn.Add(last);
        var probes = new IReadOnlyList<Probe>[times];
        Array.Fill(probes, []);
        foreach (var group in drawn.GroupBy(pair => pair / components.Length))
            probes[group.Key] = [.. group.Select(pair => Probe.Of(fields.Domain, components[pair % components.Length]))];
        return probes;
    }
}
