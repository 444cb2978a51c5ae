namespace Sonde.Networks.Training;

/// <summary>A rate that falls where the loss no longer does: times a factor whenever so many epochs in a row were not better than the best.</summary>
/// <param name="Rate">At the start, above 0.</param>
/// <param name="Factor">Above 0.</param>
/// <param name="Patience">Epochs without gain that are borne; the next one lets the rate fall. 0 or more.</param>
/// <param name="Gain">An epoch is better when its loss is below the best times 1 − this; between 0 and 1.</param>
/// <param name="Least">The rate falls no further, 0 or more.</param>
public sealed record PlateauRate(double Rate = 1e-3, double Factor = 0.1, int Patience = 10, double Gain = 1e-4, double Least = 0) : ISchedule
{
    /// <summary>The rate at the start.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Rate { get; init => field = Check.Positive(value, nameof(Rate)); } = Check.Positive(Rate, nameof(Rate));

    /// <summary>What the rate is multiplied by.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Factor { get; init => field = Check.Positive(value, nameof(Factor)); } = Check.Positive(Factor, nameof(Factor));

    /// <summary>Epochs without gain that are borne.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Patience { get; init => field = Check.AtLeast(0, value, nameof(Patience)); } = Check.AtLeast(0, Patience, nameof(Patience));

    /// <summary>What counts as better.</summary>
    /// <exception cref="ArgumentException">Not between 0 and 1.</exception>
    public double Gain { get; init => field = Check.Within(0, 1, value, nameof(Gain)); } = Check.Within(0, 1, Gain, nameof(Gain));

    /// <summary>The lowest rate.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Least { get; init => field = Check.AtLeast(0.0, value, nameof(Least)); } = Check.AtLeast(0.0, Least, nameof(Least));

    /// <inheritdoc/>
    public double At(long step, long steps, ReadOnlySpan<double> losses)
    {
        var (rate, best, idle) = (Rate, double.PositiveInfinity, 0);
        foreach (var loss in losses)
        {
            idle = loss < best * (1 - Gain) ? 0 : idle + 1;
            best = idle == 0 ? loss : best;
            if (idle <= Patience)
                continue;
            rate = Math.Max(Least, rate * Factor);
            idle = 0;
        }
        return rate;
    }
}
