using Sonde.Networks.Training;

namespace Sonde.Assimilation.Score;

/// <summary>How encoders are trained, by Adam, on twins of the experiment.</summary>
/// <param name="Trajectories">How many are simulated.</param>
/// <param name="Epochs">How often each sample is seen; null for the method's own number.</param>
/// <param name="Batch">Samples a step; null for the method's own number.</param>
/// <param name="Rate">Learning rate at the start.</param>
/// <param name="Schedule">The rate over the steps, in place of the method's own falls from <paramref name="Rate"/>.</param>
/// <param name="Noise">True adds errors to the observations, new ones in each step; false trains on exact ones, as published.</param>
/// <param name="Clip">Longest gradient; null for any.</param>
/// <param name="Average">Share of the weights' moving average that is kept at a step; null for the last weights.</param>
/// <param name="Calibration">Trajectories held out, on which the error of encoded observations is measured.</param>
public sealed record EncoderTraining(
    int Trajectories = 120, int? Epochs = null, int? Batch = null, double Rate = 1e-3, ISchedule? Schedule = null, bool Noise = false, double? Clip = null,
    double? Average = null, int Calibration = 20)
{
    /// <summary>How many are simulated.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Trajectories { get; init => field = Check.AtLeast(2, value, nameof(Trajectories)); } = Check.AtLeast(2, Trajectories, nameof(Trajectories));

    /// <summary>How often each sample is seen.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Epochs { get; init => field = Check.AtLeast(1, value, nameof(Epochs)); } = Check.AtLeast(1, Epochs, nameof(Epochs));

    /// <summary>Samples a step.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Batch { get; init => field = Check.AtLeast(1, value, nameof(Batch)); } = Check.AtLeast(1, Batch, nameof(Batch));

    /// <summary>Learning rate at the start.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Rate { get; init => field = Check.Positive(value, nameof(Rate)); } = Check.Positive(Rate, nameof(Rate));

    /// <summary>Longest gradient.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? Clip { get; init => field = Check.Positive(value, nameof(Clip)); } = Check.Positive(Clip, nameof(Clip));

    /// <summary>Trajectories held out.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Calibration { get; init => field = Check.AtLeast(1, value, nameof(Calibration)); } = Check.AtLeast(1, Calibration, nameof(Calibration));

    /// <summary>The trainer of these settings.</summary>
    /// <param name="samples">How many there are.</param>
    /// <param name="epochs">Where the settings leave it open.</param>
    /// <param name="batch">Where the settings leave it open.</param>
    /// <param name="factor">By which the rate falls after each quarter of the steps.</param>
    internal Trainer Trainer(int samples, int epochs, int batch, double factor)
    {
        var trainer = new Trainer(new Adam(), Epochs: Epochs ?? epochs, BatchSize: Math.Min(Batch ?? batch, samples), ClipNorm: Clip, Average: Average);
        var quarter = (int)Math.Min(int.MaxValue, Math.Max(1, trainer.StepsOf(samples) / Quarters));
        return trainer with { Schedule = Schedule ?? new ExponentialRate(Rate, factor, quarter, Smooth: false) };
    }

    private const int Quarters = 4;
}
