namespace Sonde.Assimilation.Amortized;

/// <summary>How the network of <see cref="Coda"/> and <see cref="ViCoda"/> is trained, by Adam; the defaults are those of the authors' program where it says. Their smallest data set is one trajectory of 10,000 times.</summary>
/// <param name="Trajectories">How many are simulated and observed.</param>
/// <param name="Length">Observation times of each; null for as many as the experiment has. They continue the experiment's own spacing.</param>
/// <param name="HeldOut">Share that is not learned from: the last trajectories where there are four or more, the last part of each otherwise.</param>
/// <param name="Samples">
/// Windows an epoch, drawn anew each time; null for each window of the training data once, in another order each time.
/// </param>
/// <param name="Validation">Most windows that training is judged by after each epoch, evenly over those held out; 0 keeps the last weights.</param>
/// <param name="Epochs">Most epochs.</param>
/// <param name="Batch">Windows a step; by a network that estimates every time, series.</param>
/// <param name="Span">Times of a series at which a network that estimates every time learns in a step.</param>
/// <param name="Rate">Learning rate, or the highest.</param>
/// <param name="Falling">True lets the rate rise over a tenth of the steps and fall along a cosine; false keeps it.</param>
/// <param name="Patience">Epochs without a better loss of what is held out that are borne; null for all.</param>
/// <param name="Clip">Longest gradient; null for any.</param>
/// <param name="Average">Share of the weights' moving average that is kept at a step; null for the last weights.</param>
/// <param name="Redraw">True observes the truth of a window anew at each step; false once, as it is with real observations.</param>
/// <param name="Supervised">True learns the simulated truth at a window's center in place of the observations.</param>
/// <param name="Calibration">Held-out windows for a <see cref="Recalibration"/>.</param>
public sealed record AmortizedTraining(
    int Trajectories = 1, int? Length = null, double HeldOut = 0.25, int? Samples = null, int Validation = 1024, int Epochs = 100, int Batch = 16, int Span = 32,
    double Rate = 1e-3, bool Falling = false, int? Patience = 5, double? Clip = null, double? Average = null, bool Redraw = false, bool Supervised = false, int Calibration = 1000)
{
    /// <summary>Training trajectories.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Trajectories { get; init => field = Check.AtLeast(1, value, nameof(Trajectories)); } = Check.AtLeast(1, Trajectories, nameof(Trajectories));

    /// <summary>Observation times of each.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Length { get; init => field = Check.AtLeast(1, value, nameof(Length)); } = Check.AtLeast(1, Length, nameof(Length));

    /// <summary>Share held out.</summary>
    /// <exception cref="ArgumentException">Not between 0 and 0.9.</exception>
    public double HeldOut { get; init => field = Check.Within(0, 0.9, value, nameof(HeldOut)); } = Check.Within(0, 0.9, HeldOut, nameof(HeldOut));

    /// <summary>Windows an epoch.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Samples { get; init => field = Check.AtLeast(1, value, nameof(Samples)); } = Check.AtLeast(1, Samples, nameof(Samples));

    /// <summary>Most windows judged by.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Validation { get; init => field = Check.AtLeast(0, value, nameof(Validation)); } = Check.AtLeast(0, Validation, nameof(Validation));

    /// <summary>Most epochs.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Epochs { get; init => field = Check.AtLeast(1, value, nameof(Epochs)); } = Check.AtLeast(1, Epochs, nameof(Epochs));

    /// <summary>Windows a step.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Batch { get; init => field = Check.AtLeast(1, value, nameof(Batch)); } = Check.AtLeast(1, Batch, nameof(Batch));

    /// <summary>Times of a series.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Span { get; init => field = Check.AtLeast(1, value, nameof(Span)); } = Check.AtLeast(1, Span, nameof(Span));

    /// <summary>Learning rate.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Rate { get; init => field = Check.Positive(value, nameof(Rate)); } = Check.Positive(Rate, nameof(Rate));

    /// <summary>Epochs borne.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int? Patience { get; init => field = Check.AtLeast(0, value, nameof(Patience)); } = Check.AtLeast(0, Patience, nameof(Patience));

    /// <summary>Longest gradient.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? Clip { get; init => field = Check.Positive(value, nameof(Clip)); } = Check.Positive(Clip, nameof(Clip));

    /// <summary>Held-out windows.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Calibration { get; init => field = Check.AtLeast(0, value, nameof(Calibration)); } = Check.AtLeast(0, Calibration, nameof(Calibration));
}
