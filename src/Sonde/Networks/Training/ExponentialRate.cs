namespace Sonde.Networks.Training;

/// <summary>The rate times a factor each so many steps.</summary>
/// <param name="Rate">At the start, above 0.</param>
/// <param name="Factor">Above 0.</param>
/// <param name="Every">Steps between two falls, 1 or more; null spreads one fall over the whole training.</param>
/// <param name="Smooth">Whether the rate falls at every step, by so much that it has fallen by the factor after <paramref name="Every"/>.</param>
public sealed record ExponentialRate(double Rate = 1e-3, double Factor = 0.1, int? Every = null, bool Smooth = true) : ISchedule
{
    /// <summary>The rate at the start.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Rate { get; init => field = Check.Positive(value, nameof(Rate)); } = Check.Positive(Rate, nameof(Rate));

    /// <summary>What the rate is multiplied by.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Factor { get; init => field = Check.Positive(value, nameof(Factor)); } = Check.Positive(Factor, nameof(Factor));

    /// <summary>Steps between two falls.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int? Every { get; init => field = Check.AtLeast(1, value, nameof(Every)); } = Check.AtLeast(1, Every, nameof(Every));

    /// <inheritdoc/>
    public double At(long step, long steps, ReadOnlySpan<double> losses)
    {
        var falls = (double)step / (Every ?? steps);
        return Rate * Math.Pow(Factor, Smooth ? falls : Math.Floor(falls));
    }
}
