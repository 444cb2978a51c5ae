namespace Sonde.Networks.Training;

/// <summary>The learning rate over the steps of a training.</summary>
public interface ISchedule
{
    /// <summary>The rate at a step: depends on nothing else, so that a training that was stopped goes on with the same.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="steps">How many steps the training has.</param>
    /// <param name="losses">The loss of each epoch before the step's: of held-out samples where there are any, of those learned from where not.</param>
    double At(long step, long steps, ReadOnlySpan<double> losses);
}

/// <summary>The same rate throughout.</summary>
/// <param name="Rate">Above 0.</param>
public sealed record ConstantRate(double Rate = 1e-3) : ISchedule
{
    /// <summary>The rate.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Rate { get; init => field = Check.Positive(value, nameof(Rate)); } = Check.Positive(Rate, nameof(Rate));

    /// <inheritdoc/>
    public double At(long step, long steps, ReadOnlySpan<double> losses) => Rate;
}
