namespace Sonde.Networks.Training;

/// <summary>Half a cosine from the first rate to the last, after a linear rise. Loshchilov and Hutter, ICLR 2017, eq. 5 without restarts.</summary>
/// <param name="Rate">The highest, above 0.</param>
/// <param name="Last">At the end, 0 or more.</param>
/// <param name="WarmUp">Steps of the rise, 0 or more.</param>
public sealed record CosineRate(double Rate = 1e-3, double Last = 0, int WarmUp = 0) : ISchedule
{
    /// <summary>The highest rate.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Rate { get; init => field = Check.Positive(value, nameof(Rate)); } = Check.Positive(Rate, nameof(Rate));

    /// <summary>The rate at the end.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Last { get; init => field = Check.AtLeast(0.0, value, nameof(Last)); } = Check.AtLeast(0.0, Last, nameof(Last));

    /// <summary>Steps of the rise.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int WarmUp { get; init => field = Check.AtLeast(0, value, nameof(WarmUp)); } = Check.AtLeast(0, WarmUp, nameof(WarmUp));

    /// <inheritdoc/>
    public double At(long step, long steps, ReadOnlySpan<double> losses) => step < WarmUp
        ? Rate * (step + 1) / WarmUp
        : Last + 0.5 * (Rate - Last) * (1 + Math.Cos(Math.PI * Math.Min(1, (double)(step - WarmUp) / Math.Max(1, steps - WarmUp))));
}
