using Sonde.Assimilation.Learned;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// CODA: a network that reads the observations in a window and estimates the state at its center, trained on observations alone: the model carries the
/// estimate ahead, where observations and the network's own later estimate judge it. The model is not run at inference. Zinchenko and Greenberg, "Combined
/// optimization of dynamics and assimilation with end-to-end learning on sparse observations", arXiv 2409.07137, 2024.
/// <para>The loss knows no uncertainty: the spread is that of values dropped, of several networks, or one share of the states' own; a factor found on
/// windows held out brings it to the size of the errors.</para>
/// </summary>
/// <param name="HalfWindow">W, observation times before and after a state that its estimate is made from.</param>
/// <param name="Rollout">h, observation times that the loss carries a state ahead.</param>
/// <param name="Alpha">α, weight of the network's own later estimate; null for 2 s² n / N with errors of variance s², n components and N values along a rollout.</param>
/// <param name="TargetOffset">Times from a rollout's end to the center of the window that it is compared with: 0, or 1 as in the released program.</param>
/// <param name="Network">The network; null for the authors' own.</param>
/// <param name="Dropout">Probability that a value before the last convolution is dropped; above 0, the belief is an ensemble of passes that drop. Gal and Ghahramani, ICML 2016.</param>
/// <param name="Samples">Passes that drop.</param>
/// <param name="Networks">How many are trained from different beginnings; with several, the belief is an ensemble of theirs. Lakshminarayanan et al., NeurIPS 2017.</param>
/// <param name="Recalibrate">From what one factor on variances is found.</param>
/// <param name="Refinements">
/// Gauss-Newton steps at inference, from the network's estimate to the most likely state given the window's observations and the states' climatology, with
/// the covariance of its linearisation; the model is run for them. 0 for the network's estimate itself. The factor on variances is not theirs.
/// </param>
/// <param name="Training">How networks are trained; null for the defaults.</param>
/// <param name="Learn">
/// Parameters of the model that are learned with the network, from observations alone: states' mean and spread are then those of the values observed. With
/// refinements, all windows together then find the values that make what was observed most likely.
/// </param>
/// <param name="Tendency">A network that is learned as a further term of the model's tendency; null for none.</param>
public sealed record Coda(
    int HalfWindow = 25, int Rollout = 25, double? Alpha = null, int TargetOffset = 0, IStateEncoder? Network = null, double Dropout = 0, int Samples = 50,
    int Networks = 1, Recalibration Recalibrate = Recalibration.Observations, int Refinements = 0,
    AmortizedTraining? Training = null, IReadOnlyList<LearnedParameter>? Learn = null, TendencyNetwork? Tendency = null) : ILearnedMethod
{
    private readonly TrainedAmortized? trained;

    /// <summary>W.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int HalfWindow { get; init => field = Check.AtLeast(0, value, nameof(HalfWindow)); } = Check.AtLeast(0, HalfWindow, nameof(HalfWindow));

    /// <summary>h.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Rollout { get; init => field = Check.AtLeast(1, value, nameof(Rollout)); } = Check.AtLeast(1, Rollout, nameof(Rollout));

    /// <summary>α.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double? Alpha { get; init => field = Check.AtLeast(0.0, value, nameof(Alpha)); } = Check.AtLeast(0.0, Alpha, nameof(Alpha));

    /// <summary>Times from a rollout's end to the window compared with.</summary>
    /// <exception cref="ArgumentException">Not 0 or 1.</exception>
    public int TargetOffset { get; init; } = (int)Check.Within(0, 1, TargetOffset, nameof(TargetOffset));

    /// <summary>Probability that a value is dropped.</summary>
    /// <exception cref="ArgumentException">Not between 0 and 0.9.</exception>
    public double Dropout { get; init => field = Check.Within(0, 0.9, value, nameof(Dropout)); } = Check.Within(0, 0.9, Dropout, nameof(Dropout));

    /// <summary>Passes that drop.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Samples { get; init => field = Check.AtLeast(2, value, nameof(Samples)); } = Check.AtLeast(2, Samples, nameof(Samples));

    /// <summary>How many networks.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Networks { get; init => field = Check.AtLeast(1, value, nameof(Networks)); } = Check.AtLeast(1, Networks, nameof(Networks));

    /// <summary>Gauss-Newton steps at inference.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Refinements { get; init => field = Check.AtLeast(0, value, nameof(Refinements)); } = Check.AtLeast(0, Refinements, nameof(Refinements));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> LearnedParameters => trained?.Parameters ?? new Dictionary<string, double>();

    /// <inheritdoc/>
    public bool LearnsTerm => Settings.SearchesTendency;

    /// <inheritdoc/>
    public WindowPlan Plan => WindowPlan.Whole;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => WindowRefinement.Refuses(Refinements, problem);

    /// <inheritdoc/>
    public ILearning Prepare(ITwinSource twins, RandomSource random, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(twins);
        ArgumentNullException.ThrowIfNull(random);
        return new AmortizedLearning(Settings, twins, random);
    }

    /// <inheritdoc/>
    public IAssimilationMethod With(LearnedState state) => new Coda(this, new TrainedAmortized(Settings, state));

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => Trained.Background;

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) => Trained.Report(window, random);

    /// <summary>Beside the mean; null for none.</summary>
    internal AmortizedCovariance? Covariance { get; init; }

    /// <summary>Directions, or neighbors, of a covariance.</summary>
    internal int Rank { get; init; }

    private Coda(Coda settings, TrainedAmortized trained) : this(settings) => this.trained = trained;

    private TrainedAmortized Trained => trained ?? throw new InvalidOperationException("CODA and VI-CODA must be trained before it can assimilate.");

    private AmortizedSettings Settings => new(
        HalfWindow, Rollout, Alpha, TargetOffset, Covariance, Rank, Network ?? new TimePooledUNet(), Dropout, Samples, Networks, Recalibrate, Refinements, Training ?? new(), Learn ?? [], Tendency);
}
