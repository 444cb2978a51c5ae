using Sonde.Assimilation.Learned;
using Sonde.Numerics;
using Sonde.Observing;

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
/// <param name="Floor">ε, added to a banded precision's diagonal in normalized units; weights keep the one they were trained with.</param>
/// <param name="Members">Draws from the result, which make the belief an ensemble; null for a Gaussian.</param>
public sealed record NeuralIncremental(
    int? Window = null, int Increments = 1, LocalPriorForm Prior = LocalPriorForm.Banded, IReadOnlyList<int>? Offsets = null, int Rank = 5, IWindowNetwork? Network = null,
    bool Informed = true, IncrementalOutput Output = IncrementalOutput.Mean, bool Printed = false, int Linearizations = 1,
    WindowMoments? Moments = null, IncrementalTraining? Training = null, double Floor = 0.01, int? Members = null)
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

    /// <summary>Added to a banded precision's diagonal.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Floor { get; init => field = Check.AtLeast(0, value, nameof(Floor)); } = Check.AtLeast(0, Floor, nameof(Floor));

    /// <summary>Draws from the result.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int? Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

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
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var (own, draws) = (Trained, random.Fork("members"));
        return own.Statistics.Report(window, (observations, mean, covariances, members) => own.Estimate(observations, mean, covariances, members, draws), Members ?? 0);
    }

    /// <summary>Draws whole trajectories of a window from what is believed of it, by back substitution through a factor of its covariance.</summary>
    /// <param name="observations">One at each of the window's first times, some of which may be empty.</param>
    /// <param name="draws">A trajectory a row, its states one after the other, [any, T n]; overwritten, NaN where numbers are not finite.</param>
    /// <param name="random">All randomness.</param>
    /// <exception cref="InvalidOperationException">The method was not trained.</exception>
    /// <exception cref="ArgumentException">The window has other times or states than what was learned.</exception>
    public void Sample(IReadOnlyList<Observation> observations, Batch<double> draws, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(random);
        var statistics = Trained.Statistics;
        if (draws.Width != statistics.Count || observations.Count > statistics.Times)
            throw new ArgumentException(
                $"The method has learned windows of {statistics.Times} times and {statistics.Count} numbers, not of {observations.Count} and {draws.Width}.", nameof(draws));
        using var frame = Scratch.Enter();
        if (Trained.Estimate(observations, frame.Rent(1, statistics.Count)[0], frame.RentCleared(statistics.Count, statistics.Width), draws, random))
            statistics.Restore(draws);
        else
            draws.Fill(double.NaN);
    }

    internal IncrementalTraining Schooling => Training ?? new();

    internal bool HasSpread => Schooling.SpreadEpochs > 0;

    internal bool HasCovariance => Prior != LocalPriorForm.None || HasSpread;

    private NeuralIncremental(NeuralIncremental settings, TrainedIncremental trained) : this(settings) => this.trained = trained;

    private TrainedIncremental Trained => trained ?? throw new InvalidOperationException("Neural incremental assimilation must be trained before it can assimilate.");
}
