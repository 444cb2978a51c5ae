namespace Sonde.Assimilation.Incremental;

/// <summary>How the networks of <see cref="NeuralIncremental"/> are trained, by Adam with a rate that falls along a cosine.</summary>
/// <param name="Trajectories">How many are simulated.</param>
/// <param name="Epochs">How often each is seen, each time with other observations.</param>
/// <param name="Batch">Windows a step.</param>
/// <param name="Rate">Largest learning rate.</param>
/// <param name="Likelihood">
/// Share of the epochs, the last ones, in which a second network learns how far the result is off, by likelihood; 0 for none: then the covariance is
/// that of the last increment's prior after the observations, scaled.
/// </param>
/// <param name="Unrolled">True trains on the network's own estimates, false on mixtures of first estimate and truth.</param>
/// <param name="Clip">Longest gradient; null for any.</param>
/// <param name="Average">Share of the weights' moving average that is kept at a step; null for the last weights.</param>
/// <param name="Calibration">Windows held out, on which the covariance is scaled to the errors; 0 leaves it as it was trained.</param>
public sealed record IncrementalTraining(
    int Trajectories = 10_000, int Epochs = 20, int Batch = 32, double Rate = 2e-3, double Likelihood = 0.25, bool Unrolled = false, double? Clip = 1,
    double? Average = null, int Calibration = 256)
{
    /// <summary>Training trajectories.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Trajectories { get; init => field = Check.AtLeast(2, value, nameof(Trajectories)); } = Check.AtLeast(2, Trajectories, nameof(Trajectories));

    /// <summary>How often each is seen.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Epochs { get; init => field = Check.AtLeast(1, value, nameof(Epochs)); } = Check.AtLeast(1, Epochs, nameof(Epochs));

    /// <summary>Windows a step.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Batch { get; init => field = Check.AtLeast(1, value, nameof(Batch)); } = Check.AtLeast(1, Batch, nameof(Batch));

    /// <summary>Largest learning rate.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Rate { get; init => field = Check.Positive(value, nameof(Rate)); } = Check.Positive(Rate, nameof(Rate));

    /// <summary>Share of the epochs that teach the spread.</summary>
    /// <exception cref="ArgumentException">Not between 0 and 1.</exception>
    public double Likelihood { get; init => field = Check.Within(0, 1, value, nameof(Likelihood)); } = Check.Within(0, 1, Likelihood, nameof(Likelihood));

    /// <summary>Longest gradient.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? Clip { get; init => field = Check.Positive(value, nameof(Clip)); } = Check.Positive(Clip, nameof(Clip));

    /// <summary>Windows held out.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Calibration { get; init => field = Check.AtLeast(0, value, nameof(Calibration)); } = Check.AtLeast(0, Calibration, nameof(Calibration));

    /// <summary>Epochs that teach the spread.</summary>
    internal int SpreadEpochs => (int)Math.Round(Likelihood * Epochs);
}
