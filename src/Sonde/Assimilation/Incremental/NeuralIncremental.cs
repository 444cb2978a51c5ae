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
/// <param name="Rank">Columns of a <see cref="LocalPriorForm.LowRank"/> factor.</param>
/// <param name="Network">Which network; null for convolutions along time.</param>
/// <param name="Informed">True tells the network where observations are and how uncertain the first estimate is, beside the estimate itself.</param>
/// <param name="Output">Which estimate is the result.</param>
/// <param name="Printed">True moves by s (x − z₀), as the paper prints, which overshoots: for comparison alone.</param>
/// <param name="Linearizations">How often a nonlinear operator is linearised on the way to the first estimate; a linear one needs 1.</param>
/// <param name="Moments">How the moments of trajectories are kept; null for the defaults.</param>
/// <param name="Training">How the network is trained; null for the defaults.</param>
public sealed record NeuralIncremental(
    int? Window = null, int Increments = 1, LocalPriorForm Prior = LocalPriorForm.Banded, IReadOnlyList<int>? Offsets = null, int Rank = 5, IWindowNetwork? Network = null,
    bool Informed = true, IncrementalOutput Output = IncrementalOutput.Mean, bool Printed = false, int Linearizations = 1,
    WindowMoments? Moments = null, IncrementalTraining? Training = null)
    : ILearnedMethod
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

    /// <summary>Columns of a factor that is not banded.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Rank { get; init => field = Check.AtLeast(1, value, nameof(Rank)); } = Check.AtLeast(1, Rank, nameof(Rank));

    /// <summary>Linearizations on the way to the first estimate.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Linearizations { get; init => field = Check.AtLeast(1, value, nameof(Linearizations)); } = Check.AtLeast(1, Linearizations, nameof(Linearizations));

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

    internal IncrementalTraining Schooling => Training ?? new();

    internal bool HasSpread => Schooling.SpreadEpochs > 0;

    internal bool HasCovariance => Prior != LocalPriorForm.None || HasSpread;

    private NeuralIncremental(NeuralIncremental settings, TrainedIncremental trained) : this(settings) => this.trained = trained;

    private TrainedIncremental Trained => trained ?? throw new InvalidOperationException("Neural incremental assimilation must be trained before it can assimilate.");
}
