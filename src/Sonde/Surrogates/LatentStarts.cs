using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>Rows of a surrogate at time 0, of parameters that are uniform in their ranges and independent.</summary>
/// <param name="surrogate">The surrogate.</param>
public sealed class LatentStarts(LatentSurrogate surrogate) : IStartingStates
{
    /// <inheritdoc/>
    public void Draw(Span<double> x, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        using var frame = Scratch.Enter();
        var values = frame.Rent(1, surrogate.Ranges.Count);
        for (var p = 0; p < values.Width; p++)
            values[0, p] = surrogate.Ranges[p].Least + (surrogate.Ranges[p].Greatest - surrogate.Ranges[p].Least) * random.NextDouble();
        surrogate.Start(values, new Batch<double>(x));
    }
}
