using Sonde.Numerics;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>The same points at every so manieth observation time, and nothing in between.</summary>
/// <param name="Every">1 or more.</param>
/// <param name="Offset">The first time at which something is read, from 0; null to draw it for each series.</param>
/// <param name="Among">Which points are read, by number as in <see cref="IndexedLocations"/>; all where absent.</param>
public sealed record PeriodicLocations(int Every, int? Offset = null, IReadOnlyList<int>? Among = null) : ISeriesLocations
{
    /// <summary>From one time at which something is read to the next.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Every { get; init; } = Check.AtLeast(1, Every, nameof(Every));

    /// <summary>The first time at which something is read.</summary>
    /// <exception cref="ArgumentException">Not in 0 … <see cref="Every"/> − 1.</exception>
    public int? Offset { get; init; } = Offset is null || Offset >= 0 && Offset < Every ? Offset
        : throw new ArgumentException($"The first of every {Every} times is one of 0 to {Every - 1}, not {Offset}.", nameof(Offset));

    /// <inheritdoc/>
    public bool Redraw => Offset is null;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<Probe>> ChooseAll(ObservedFields fields, int times, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(random);
        Probe[] all = [.. fields.Among(Among).Select(component => Probe.Of(fields.Domain, component))];
        var first = Offset ?? random.NextInt(Math.Min(Every, times));
        return [.. Enumerable.Range(0, times).Select(k => k % Every == first ? all : [])];
    }
}
