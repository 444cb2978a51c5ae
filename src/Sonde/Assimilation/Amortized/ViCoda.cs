using Sonde.Assimilation.Learned;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// CODA with a Gaussian in the place of a state: the network also says how uncertain it is. A state drawn from it is carried ahead, where observations judge
/// it and the network's own later Gaussian says how likely it is. Frion and Greenberg, "Uncertainty-aware data assimilation through variational
/// inference", arXiv 2510.17268, 2025.
/// </summary>
/// <param name="HalfWindow">As <see cref="Coda"/>.</param>
/// <param name="Rollout">As <see cref="Coda"/>.</param>
/// <param name="Alpha">As <see cref="Coda"/>: with it the loss is, but for a constant factor, a bound on the likelihood of the observations.</param>
/// <param name="TargetOffset">As <see cref="Coda"/>.</param>
/// <param name="Covariance">Which covariance the network gives.</param>
/// <param name="Rank">Directions of a low-rank covariance, or how many neighbors those of a neighborhood reach over.</param>
/// <param name="Network">As <see cref="Coda"/>.</param>
/// <param name="Dropout">As <see cref="Coda"/>; variances are those of the mixture of all passes.</param>
/// <param name="Samples">As <see cref="Coda"/>.</param>
/// <param name="Networks">As <see cref="Coda"/>; variances are those of the mixture of all networks.</param>
/// <param name="Recalibrate">As <see cref="Coda"/>.</param>
/// <param name="Refinements">As <see cref="Coda"/>.</param>
/// <param name="Training">As <see cref="Coda"/>.</param>
public sealed record ViCoda(
    int HalfWindow = 25, int Rollout = 20, double? Alpha = null, int TargetOffset = 0, AmortizedCovariance Covariance = AmortizedCovariance.Diagonal, int Rank = 2,
    IStateEncoder? Network = null, double Dropout = 0, int Samples = 50, int Networks = 1, Recalibration Recalibrate = Recalibration.Observations,
    int Refinements = 0, AmortizedTraining? Training = null) : ILearnedMethod
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

    /// <summary>Directions, or neighbors.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Rank { get; init => field = Check.AtLeast(1, value, nameof(Rank)); } = Check.AtLeast(1, Rank, nameof(Rank));

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
    public IAssimilationMethod With(LearnedState state) => new ViCoda(this, new TrainedAmortized(Settings, state));

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => Trained.Background;

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) => Trained.Report(window, random);

    private ViCoda(ViCoda settings, TrainedAmortized trained) : this(settings) => this.trained = trained;

    private TrainedAmortized Trained => trained ?? throw new InvalidOperationException("VI-CODA must be trained before it can assimilate.");

    private AmortizedSettings Settings => new(
        HalfWindow, Rollout, Alpha, TargetOffset, Covariance, Rank, Network ?? new TimePooledUNet(), Dropout, Samples, Networks, Recalibrate, Refinements, Training ?? new());
}
