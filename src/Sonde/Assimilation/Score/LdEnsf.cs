using Sonde.Assimilation.Learned;
using Sonde.Numerics;

namespace Sonde.Assimilation.Score;

/// <summary>
/// LD-EnSF: an ensemble score filter in the rows of a low-dimensional system, as a rule the latent states and parameters of a surrogate, whose
/// observations a recurrent network turns into rows. The network reads the observed values of all times so far; at each time it is what the filter takes
/// for an observation of every component, with an error measured after the training. Parameters change in updates alone. Xiao et al., LD-EnSF, 2024.
/// </summary>
/// <param name="Members">N.</param>
/// <param name="Hidden">Width of the network's memory.</param>
/// <param name="AlphaFloor">ε_α of the <see cref="EnsembleScoreFilter"/>.</param>
/// <param name="Steps">Of the score filter.</param>
/// <param name="Scaling">
/// c: rows in units of their deviations are multiplied by it before the filter, 100 as published; null for K^(−½)/σ, with which the filter follows the
/// encoder as closely as with the published pair of c = 100 and a noise of 0.001, and at least K^(−½)/0.5.
/// </param>
/// <param name="Noise">σ of the encoder's rows in units of their deviations, such as the published 0.001; null for what was measured.</param>
/// <param name="LatentNoise">Whether what was measured is one number or one for each component.</param>
/// <param name="Prior">How the score of the forecast is estimated.</param>
/// <param name="Deterministic">Whether the score filter follows the probability flow.</param>
/// <param name="Inflation">A factor on the analysis anomalies; 1 is none.</param>
/// <param name="Training">How the network is trained; null for the defaults: 2000 epochs, all trajectories a step.</param>
public sealed record LdEnsf(
    int Members = 20, int Hidden = 128, double AlphaFloor = 0.01, int Steps = 100, double? Scaling = null, double? Noise = null,
    LatentNoise LatentNoise = LatentNoise.Scalar, ScorePrior Prior = ScorePrior.MemberToMember, bool Deterministic = false, double Inflation = 1,
    EncoderTraining? Training = null) : ILearnedMethod
{
    private const int WidestRow = 2000;
    private readonly TrainedLdEnsf? trained;

    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Width of the memory.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Hidden { get; init => field = Check.AtLeast(1, value, nameof(Hidden)); } = Check.AtLeast(1, Hidden, nameof(Hidden));

    /// <summary>ε_α.</summary>
    /// <exception cref="ArgumentException">Not within 1e-6 … 1.</exception>
    public double AlphaFloor { get; init => field = Check.Within(1e-6, 1, value, nameof(AlphaFloor)); } = Check.Within(1e-6, 1, AlphaFloor, nameof(AlphaFloor));

    /// <summary>Of the score filter.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Steps { get; init => field = Check.AtLeast(1, value, nameof(Steps)); } = Check.AtLeast(1, Steps, nameof(Steps));

    /// <summary>c.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? Scaling { get; init => field = Check.Positive(value, nameof(Scaling)); } = Check.Positive(Scaling, nameof(Scaling));

    /// <summary>σ.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? Noise { get; init => field = Check.Positive(value, nameof(Noise)); } = Check.Positive(Noise, nameof(Noise));

    /// <summary>A factor on the anomalies.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Inflation { get; init => field = Check.Positive(value, nameof(Inflation)); } = Check.Positive(Inflation, nameof(Inflation));

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => problem.System.Width > WidestRow
        ? $"The network learns rows of at most {WidestRow} components, not of {problem.System.Width}: it works in the latent rows of a surrogate."
        : null;

    /// <inheritdoc/>
    public ILearning Prepare(ITwinSource twins, RandomSource random, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(twins);
        ArgumentNullException.ThrowIfNull(random);
        return new LdEnsfLearning(this, twins, random);
    }

    /// <inheritdoc/>
    public IAssimilationMethod With(LearnedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new LdEnsf(this, new TrainedLdEnsf(this, state));
    }

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => EnsembleCycle.Begin(Members, problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) =>
        (trained ?? throw new InvalidOperationException("LD-EnSF must be trained before it can assimilate.")).Assimilate(window, background, random);

    internal EncoderTraining Schooling => Training ?? new();

    internal EnsembleScoreFilter Filter => new(AlphaFloor, 0, Steps, Prior, Deterministic, Clip: null);

    private LdEnsf(LdEnsf settings, TrainedLdEnsf trained) : this(settings) => this.trained = trained;
}
