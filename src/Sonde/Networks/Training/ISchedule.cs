namespace Sonde.Networks.Training;

/// <summary>The learning rate over the steps of a training.</summary>
public interface ISchedule
{
    /// <summary>The rate at a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="steps">How many steps the training has.</param>
    double At(long step, long steps);
}

/// <summary>The same rate throughout.</summary>
/// <param name="Rate">Above 0.</param>
public sealed record ConstantRate(double Rate = 1e-3) : ISchedule
{
    /// <inheritdoc/>
    public double At(long step, long steps) => Rate;
}

/// <summary>Half a cosine from the first rate to the last, after a linear rise. Loshchilov and Hutter, ICLR 2017.</summary>
/// <param name="Rate">The highest.</param>
/// <param name="Last">At the end.</param>
/// <param name="WarmUp">Steps of the rise.</param>
public sealed record CosineRate(double Rate = 1e-3, double Last = 0, long WarmUp = 0) : ISchedule
{
    /// <inheritdoc/>
    public double At(long step, long steps) => step < WarmUp
        ? Rate * (step + 1) / WarmUp
        : Last + 0.5 * (Rate - Last) * (1 + Math.Cos(Math.PI * Math.Min(1, (double)(step - WarmUp) / Math.Max(1, steps - WarmUp))));
}

/// <summary>The rate times a factor each so many steps.</summary>
/// <param name="Rate">At the start.</param>
/// <param name="Factor">Above 0.</param>
/// <param name="Every">Steps between two falls; null spreads one fall over the whole training.</param>
/// <param name="Smooth">Whether the rate falls at every step, by so much that it has fallen by the factor after <paramref name="Every"/>.</param>
public sealed record ExponentialRate(double Rate = 1e-3, double Factor = 0.1, long? Every = null, bool Smooth = true) : ISchedule
{
    /// <inheritdoc/>
    public double At(long step, long steps)
    {
        var falls = (double)step / Math.Max(1, Every ?? steps);
        return Rate * Math.Pow(Factor, Smooth ? falls : Math.Floor(falls));
    }
}
