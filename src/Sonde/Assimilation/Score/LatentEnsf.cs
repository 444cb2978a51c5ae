using Sonde.Assimilation.Learned;
using Sonde.Numerics;

namespace Sonde.Assimilation.Score;

/// <summary>
/// Latent-EnSF: members live in the full state and are carried by the real model; at each observation time they are encoded, updated by an ensemble score
/// filter in the latent space, of which the encoded observations see every component, and decoded. Two encoders and a decoder are trained together on
/// simulated states. Si and Chen, ICLR 2025. Parameters among the components are not encoded and stay as they are.
/// </summary>
/// <param name="Members">N.</param>
/// <param name="Channels">Of the networks' finest level.</param>
/// <param name="Multipliers">Of the channels, level by level; null for 1, 2, 4, 8 with fewer levels on small grids and more on large ones.</param>
/// <param name="LatentChannels">Numbers at a point of the coarsest level.</param>
/// <param name="Latent">Width of the latent row, by dense layers at its ends; null for all numbers of the coarsest level.</param>
/// <param name="Blocks">Residual blocks at each level.</param>
/// <param name="Divergence">Weight of the Kullback-Leibler divergence from N(0, I) in the loss.</param>
/// <param name="Increments">True adds to each member what the update changes in its decoded fields; false replaces the fields, as published.</param>
/// <param name="AlphaFloor">ε_α of the <see cref="EnsembleScoreFilter"/>.</param>
/// <param name="Steps">Of the score filter.</param>
/// <param name="Scaling">c, as in <see cref="LdEnsf"/>; 20 as published.</param>
/// <param name="Noise">σ, as in <see cref="LdEnsf"/>; 0.005 as published.</param>
/// <param name="LatentNoise">Whether what was measured is one number or one for each component.</param>
/// <param name="Prior">How the score of the forecast is estimated.</param>
/// <param name="Deterministic">Whether the score filter follows the probability flow.</param>
/// <param name="Training">How the networks are trained; null for the defaults: 100 epochs, 32 states a step.</param>
public sealed record LatentEnsf(
    int Members = 20, int Channels = 8, IReadOnlyList<int>? Multipliers = null, int LatentChannels = 4, int? Latent = null, int Blocks = 1,
    double Divergence = 1e-5, bool Increments = false, double AlphaFloor = 0.05, int Steps = 100, double? Scaling = null, double? Noise = null,
    LatentNoise LatentNoise = LatentNoise.Scalar, ScorePrior Prior = ScorePrior.MemberToMember, bool Deterministic = false, EncoderTraining? Training = null) : ILearnedMethod
{
    private readonly TrainedLatentEnsf? trained;

    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Of the finest level.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Channels { get; init => field = Check.AtLeast(1, value, nameof(Channels)); } = Check.AtLeast(1, Channels, nameof(Channels));

    /// <summary>Of the channels.</summary>
    /// <exception cref="ArgumentException">There is none, or one is below 1.</exception>
    public IReadOnlyList<int>? Multipliers { get; init; } = Multipliers is null || (Multipliers.Count > 0 && Multipliers.All(multiplier => multiplier >= 1)) ? Multipliers
        : throw new ArgumentException($"Multipliers are [{string.Join(", ", Multipliers)}] but must be 1 or more whole numbers of 1 or more.", nameof(Multipliers));

    /// <summary>At a point of the coarsest level.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int LatentChannels { get; init => field = Check.AtLeast(1, value, nameof(LatentChannels)); } = Check.AtLeast(1, LatentChannels, nameof(LatentChannels));

    /// <summary>Width of the latent row.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int? Latent { get; init => field = Check.AtLeast(1, value, nameof(Latent)); } = Check.AtLeast(1, Latent, nameof(Latent));

    /// <summary>At each level.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Blocks { get; init => field = Check.AtLeast(0, value, nameof(Blocks)); } = Check.AtLeast(0, Blocks, nameof(Blocks));

    /// <summary>In the loss.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Divergence { get; init => field = Check.AtLeast(0.0, value, nameof(Divergence)); } = Check.AtLeast(0.0, Divergence, nameof(Divergence));

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

    /// <inheritdoc/>
    public ILearning Prepare(ITwinSource twins, RandomSource random, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(twins);
        ArgumentNullException.ThrowIfNull(random);
        return new LatentEnsfLearning(this, twins, random);
    }

    /// <inheritdoc/>
    public IAssimilationMethod With(LearnedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new LatentEnsf(this, new TrainedLatentEnsf(this, state));
    }

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => EnsembleCycle.Begin(Members, problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) =>
        (trained ?? throw new InvalidOperationException("Latent-EnSF must be trained before it can assimilate.")).Assimilate(window, background, random);

    internal EncoderTraining Schooling => Training ?? new();

    internal EnsembleScoreFilter Filter => new(AlphaFloor, 0, Steps, Prior, Deterministic, Clip: null);

    private LatentEnsf(LatentEnsf settings, TrainedLatentEnsf trained) : this(settings) => this.trained = trained;
}
