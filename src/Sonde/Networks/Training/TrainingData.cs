using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>What a training learns from, and what it is judged by.</summary>
/// <param name="Samples">The samples learned from, 1 or more.</param>
/// <param name="Loss">What is made small.</param>
/// <param name="HeldOut">The samples judged by; none where there are none.</param>
/// <param name="HeldOutLoss">The loss without noise and without values dropped, by which they are judged and networks polished; null for <paramref name="Loss"/>.</param>
public sealed record TrainingData<T>(ReadOnlyMemory<int> Samples, SampleLoss<T> Loss, ReadOnlyMemory<int> HeldOut = default, SampleLoss<T>? HeldOutLoss = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>Which samples are held out.</summary>
public static class SampleSplit
{
    /// <summary>The samples 0 … count − 1.</summary>
    public static int[] All(int count) => [.. Enumerable.Range(0, count)];

    /// <summary>A random share is held out; both parts rise.</summary>
    /// <param name="count">How many samples there are.</param>
    /// <param name="share">Which share is held out, 0 or more and below 1; rounded, and at least 1 sample where it is above 0.</param>
    /// <param name="random">Where the choice comes from.</param>
    /// <exception cref="ArgumentException">Nothing would be left to learn from, or the share is out of its range.</exception>
    public static (int[] Learned, int[] HeldOut) Random(int count, double share, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var order = All(count);
        random.Shuffle(order);
        var kept = count - HeldOut(count, share);
        return ([.. order[..kept].Order()], [.. order[kept..].Order()]);
    }

    /// <summary>The last share is held out: for samples that follow one another in time.</summary>
    /// <param name="count">How many samples there are.</param>
    /// <param name="share">Which share is held out, 0 or more and below 1; rounded, and at least 1 sample where it is above 0.</param>
    /// <exception cref="ArgumentException">Nothing would be left to learn from, or the share is out of its range.</exception>
    public static (int[] Learned, int[] HeldOut) Last(int count, double share)
    {
        var kept = count - HeldOut(count, share);
        return (All(kept), [.. Enumerable.Range(kept, count - kept)]);
    }

    private static int HeldOut(int count, double share)
    {
        if (!(share >= 0 && share < 1))
            throw new ArgumentException($"A share of 0 or more and below 1 is held out, not {share}.", nameof(share));
        var heldOut = share == 0 ? 0 : Math.Max(1, (int)Math.Round(share * count));
        return heldOut < count ? heldOut : throw new ArgumentException($"Of {count} samples {heldOut} would be held out and none left to learn from.", nameof(share));
    }
}
