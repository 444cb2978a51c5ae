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
/// <param name="Learn">As <see cref="Coda"/>.</param>
/// <param name="Tendency">As <see cref="Coda"/>.</param>
public sealed record ViCoda(
    int HalfWindow = 25, int Rollout = 20, double? Alpha = null, int TargetOffset = 0, AmortizedCovariance Covariance = AmortizedCovariance.Diagonal, int Rank = 2,
    IStateEncoder? Network = null, double Dropout = 0, int Samples = 50, int Networks = 1, Recalibration Recalibrate = Recalibration.Observations,
    int Refinements = 0, AmortizedTraining? Training = null, IReadOnlyList<LearnedParameter>? Learn = null,
    TendencyNetwork? Tendency = null) : ILearnedMethod
{
    /// <inheritdoc/>
    public bool LearnsTerm => Method.LearnsTerm;

    /// <inheritdoc/>
    public WindowPlan Plan { get; } = new Coda(HalfWindow, Rollout, Alpha, TargetOffset, Network, Dropout, Samples, Networks, Recalibrate, Refinements, Training, Learn, Tendency)
    {
        Covariance = Covariance, Rank = Check.AtLeast(1, Rank, nameof(Rank)),           // refuses what does not fit
    }.Plan;

    private Coda Method => new(HalfWindow, Rollout, Alpha, TargetOffset, Network, Dropout, Samples, Networks, Recalibrate, Refinements, Training, Learn, Tendency)
    {
        Covariance = Covariance, Rank = Check.AtLeast(1, Rank, nameof(Rank)),
    };

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => Method.Refuses(problem);

    /// <inheritdoc/>
    public ILearning Prepare(ITwinSource twins, RandomSource random, Workers workers) => Method.Prepare(twins, random, workers);

    /// <inheritdoc/>
    public IAssimilationMethod With(LearnedState state) => Method.With(state);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => Method.Begin(problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) => Method.Assimilate(window, background, random);
}
