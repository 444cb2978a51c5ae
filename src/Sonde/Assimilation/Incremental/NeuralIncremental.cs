using Sonde.Assimilation.Learned;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// Neural incremental assimilation of a window: a network gives a Gaussian near an estimate, with a banded precision; its mean after the observations is
/// exact and costs time linear in the window; a few such increments lead from the Gaussian interpolation of the observations to the result. Any linear
/// operator and any number of observations, without training anew. Blanke, Fablet, Lelarge, "Neural incremental data assimilation", 2024. Beyond the
/// paper: the result is believed with the Gaussian's covariance after the observations, trained by likelihood and calibrated on windows held out.
/// <para>Windows follow one another and share nothing. The model is not run: it was, for training.</para>
/// </summary>
/// <param name="Window">Observation times in a window; null for the whole series.</param>
/// <param name="Increments">ℓ; 1 is one shot.</param>
/// <param name="Prior">What the network says beside the mean.</param>
/// <param name="Offsets">Which offsets below the diagonal C has, rising from 1; null for all that couple states of neighboring times.</param>
/// <param name="Network">Which network; null for convolutions along time.</param>
/// <param name="Informed">True tells the network where observations are and how uncertain the first estimate is, beside the estimate itself.</param>
/// <param name="Output">Which estimate is the result.</param>
/// <param name="Printed">True moves by s (x − z₀), as the paper prints, which overshoots: for comparison alone.</param>
/// <param name="Unrolled">True trains on the network's own estimates, false on mixtures of first estimate and truth.</param>
/// <param name="Linearizations">How often a nonlinear operator is linearised on the way to the first estimate; a linear one needs 1.</param>
/// <param name="Trajectories">How many are simulated for training.</param>
/// <param name="Epochs">How often each is seen, each time with other observations.</param>
/// <param name="Batch">Windows a step.</param>
/// <param name="Rate">Largest learning rate; it falls along a cosine.</param>
/// <param name="Likelihood">
/// Share of the epochs, the last ones, in which a second network learns how far the result is off, by likelihood; 0 for none: then the covariance is
/// that of the last increment's prior after the observations, scaled.
/// </param>
/// <param name="Clip">Longest gradient.</param>
/// <param name="Average">Share of the weights' moving average that is kept at a step.</param>
/// <param name="Calibration">Windows on which the covariance is scaled to the errors; 0 leaves it as it was trained.</param>
public sealed record NeuralIncremental(
    int? Window = null, int Increments = 1, LocalPriorForm Prior = LocalPriorForm.Banded, IReadOnlyList<int>? Offsets = null, IWindowNetwork? Network = null,
    bool Informed = true, IncrementalOutput Output = IncrementalOutput.Mean, bool Printed = false, bool Unrolled = false, int Linearizations = 1,
    int Trajectories = 10_000, int Epochs = 20, int Batch = 32, double Rate = 1e-3, double Likelihood = 0.25, double? Clip = 1, double? Average = 0.999,
    int Calibration = 256) : ILearnedMethod
{
    private readonly TrainedIncremental? trained;

    /// <summary>Observation times in a window.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Window { get; init; } = Window is null or >= 1 ? Window : throw new ArgumentException($"Window is {Window} but must be at least 1.", nameof(Window));

    /// <summary>ℓ.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Increments { get; init => field = Check.AtLeast(1, value, nameof(Increments)); } = Check.AtLeast(1, Increments, nameof(Increments));

    /// <summary>Offsets below the diagonal.</summary>
    /// <exception cref="ArgumentException">They do not rise from 1.</exception>
    public IReadOnlyList<int>? Offsets { get; init; } = Offsets is null || Offsets.Zip(Offsets.Prepend(0)).All(pair => pair.First > pair.Second)
        ? Offsets
        : throw new ArgumentException($"Offsets are {string.Join(", ", Offsets)} but must rise from 1.", nameof(Offsets));

    /// <summary>Linearizations on the way to the first estimate.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Linearizations { get; init => field = Check.AtLeast(1, value, nameof(Linearizations)); } = Check.AtLeast(1, Linearizations, nameof(Linearizations));

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

    /// <summary>Windows for calibration.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Calibration { get; init => field = Check.AtLeast(0, value, nameof(Calibration)); } = Check.AtLeast(0, Calibration, nameof(Calibration));

    /// <inheritdoc/>
    public WindowPlan Plan => Window is { } length ? new(length, length) : WindowPlan.Whole;

    /// <inheritdoc/>
    public ILearning Prepare(ITwinSource twins, RandomSource random, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(twins);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(workers);
        return new IncrementalLearning(this, twins, random, workers);
    }

    /// <inheritdoc/>
    public IAssimilationMethod With(LearnedState state) => new NeuralIncremental(this, new TrainedIncremental(this, state));

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => Trained.Statistics.Background(0);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) =>
        Trained.Statistics.Report(window, Trained.Estimate);

    internal bool HasCovariance => Prior != LocalPriorForm.None || Likelihood > 0;

    private NeuralIncremental(NeuralIncremental settings, TrainedIncremental trained) : this(settings) => this.trained = trained;

    private TrainedIncremental Trained => trained ?? throw new InvalidOperationException("Neural incremental assimilation must be trained before it can assimilate.");
}
