using Sonde.Assimilation.Learned;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// The best linear estimate of a whole window from its observations: whole trajectories are taken for a Gaussian, whose mean and covariance are those of
/// simulated ones. Optimal interpolation in state and time, and where <see cref="NeuralIncremental"/> begins. Blanke, Fablet, Lelarge, 2024, §4.
/// <para>Windows follow one another and share nothing; the model is run for the moments alone.</para>
/// </summary>
/// <param name="Window">Observation times in a window; null for the whole series.</param>
/// <param name="Linearizations">How often a nonlinear operator is linearised; a linear one needs 1.</param>
/// <param name="Trajectories">How many are simulated for the moments; more than a window's numbers.</param>
/// <param name="Moments">How their moments are kept; null for the defaults.</param>
public sealed record GaussianInterpolation(int? Window = null, int Linearizations = 1, int Trajectories = 10_000, WindowMoments? Moments = null) : ILearnedMethod
{
    private readonly IncrementalStatistics? learned;

    private GaussianInterpolation(GaussianInterpolation settings, IncrementalStatistics learned) : this(settings) => this.learned = learned;

    /// <summary>Observation times in a window.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Window { get; init; } = Window is null or >= 1 ? Window : throw new ArgumentException($"Window is {Window} but must be at least 1.", nameof(Window));

    /// <summary>How often a nonlinear operator is linearised.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Linearizations { get; init => field = Check.AtLeast(1, value, nameof(Linearizations)); } = Check.AtLeast(1, Linearizations, nameof(Linearizations));

    /// <summary>Trajectories for the moments.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Trajectories { get; init => field = Check.AtLeast(2, value, nameof(Trajectories)); } = Check.AtLeast(2, Trajectories, nameof(Trajectories));

    /// <inheritdoc/>
    public WindowPlan Plan => Window is { } length ? new(length, length) : WindowPlan.Whole;

    private IncrementalStatistics Learned => learned ?? throw new InvalidOperationException("Gaussian interpolation must learn its moments before it can assimilate.");

    /// <inheritdoc/>
    public ILearning Prepare(ITwinSource twins, RandomSource random, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(twins);
        ArgumentNullException.ThrowIfNull(random);
        return new MomentsLearning(IncrementalStatistics.Simulate(twins, Window, Moments, Trajectories, random).Statistics);
    }

    /// <inheritdoc/>
    public IAssimilationMethod With(LearnedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new GaussianInterpolation(this, IncrementalStatistics.Load(state.Statistics));
    }

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => Learned.Background(0);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) => Learned.Report(window, (observations, mean, covariances, _) =>
    {
        using var frame = Scratch.Enter();
        return Learned.Estimate(observations, Linearizations, mean, frame.Rent(1, mean.Length)[0], covariances) is not null;
    });

    /// <summary>Nothing to train.</summary>
    private sealed class MomentsLearning(IncrementalStatistics statistics) : ILearning
    {
        public ILayer<float> Network { get; } = new ActivationLayer<float>(1);

        public IReadOnlyList<LearningStage> Stages => [];

        public LearnedState Finish(Matrix<float> weights, Workers workers) => new(weights, statistics.Save());
    }
}
