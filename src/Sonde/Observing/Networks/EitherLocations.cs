using Sonde.Numerics;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>One of several layouts for each series, each as likely: what a network that must serve all of them is trained on.</summary>
/// <param name="Layouts">At least one; each is laid out over a series or is the same at all times.</param>
public sealed record EitherLocations(IReadOnlyList<ILocations> Layouts) : ISeriesLocations
{
    /// <summary>The layouts.</summary>
    /// <exception cref="ArgumentException">There is none, or one is drawn time after time.</exception>
    public IReadOnlyList<ILocations> Layouts { get; init; } = Check(Layouts);

    /// <inheritdoc/>
    public bool Redraw => true;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<Probe>> ChooseAll(ObservedFields fields, int times, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(random);
        var drawn = random.Fork("layout").NextInt(Layouts.Count);
        return Layouts[drawn] is ISeriesLocations series
            ? series.ChooseAll(fields, times, random)
            : [.. Enumerable.Repeat(Layouts[drawn].Choose(fields, 0, random), times)];
    }

    private static IReadOnlyList<ILocations> Check(IReadOnlyList<ILocations> layouts)
    {
        ArgumentNullException.ThrowIfNull(layouts);
        if (layouts.Count == 0)
            throw new ArgumentException("One of several layouts is drawn, but there are 0.", nameof(layouts));
        for (var i = 0; i < layouts.Count; i++)
            if (layouts[i] is { Change: true } and not ISeriesLocations)
                throw new ArgumentException($"Layout {i} of those to draw from is drawn anew at each time; expected one for a whole series.", nameof(layouts));
        return layouts;
    }
}
