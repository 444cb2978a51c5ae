using Sonde.Numerics;

namespace Sonde.Observing.Networks;

/// <summary>A number of things that is given, or drawn between two bounds.</summary>
/// <param name="Least">The smallest number, 0 or more.</param>
/// <param name="Most">The largest, at least <paramref name="Least"/>.</param>
public sealed record CountRange(int Least, int Most)
{
    /// <summary>The largest number.</summary>
    /// <exception cref="ArgumentException">Below the smallest, or that is negative.</exception>
    public int Most { get; init; } = Least >= 0 && Most >= Least ? Most
        : throw new ArgumentException($"A number between two bounds needs 0 ≤ least ≤ most, not {Least} and {Most}.", nameof(Most));

    /// <summary>One of the numbers, each as likely.</summary>
    public int Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Least == Most ? Least : Least + random.NextInt(Most - Least + 1);
    }
}
