namespace Sonde.Verification;

/// <summary>Which observation times of a trajectory count in scores: those after a burn-in and before a tail.</summary>
/// <param name="First">The first that counts, from 0.</param>
/// <param name="End">The first after it that does not.</param>
public sealed record ScoredTimes(int First = 0, int End = int.MaxValue)
{
    /// <summary>All of them.</summary>
    public static ScoredTimes All { get; } = new();

    /// <summary>The first that counts.</summary>
    public int First { get; } = First >= 0 ? First : throw new ArgumentOutOfRangeException(nameof(First), First, "The first scored time must not be negative.");

    /// <summary>True where a time counts.</summary>
    public bool Contains(int time) => time >= First && time < End;

    /// <summary>The part of a series that counts.</summary>
    public ReadOnlySpan<double> Of(ReadOnlySpan<double> series) => series[Math.Min(First, series.Length)..Math.Clamp(End, Math.Min(First, series.Length), series.Length)];
}
