using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Particles;

/// <summary>
/// The bootstrap particle filter: forecasts are weighted by their likelihood and resampled when few of them carry the weight;
/// copies are set apart by draws from a kernel, without which a deterministic system would never part them. Gordon, Salmond
/// and Smith 1993; van Leeuwen, Mon. Wea. Rev. 137, 2009.
/// </summary>
/// <param name="Members">N, 2 or more.</param>
/// <param name="ResampleBelow">Resamples when the effective sample size is at most this share of N, 0 … 1.</param>
/// <param name="Regularization">Width of the kernel in bandwidths of Scott's rule; 0 for no jitter.</param>
/// <param name="Resampling">How copies are drawn.</param>
/// <param name="JitterAll">True sets every particle apart, false only those with copies.</param>
/// <param name="WeightRoot">Resamples with the weights to the power 1/root, 1 or more, and makes up for it in the weights.</param>
public sealed record ParticleFilter(
    int Members, double ResampleBelow = 1.0, double Regularization = 0.0, ResamplingScheme Resampling = ResamplingScheme.Systematic,
    bool JitterAll = false, double WeightRoot = 1.0) : IAssimilationMethod
{
    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Share of N.</summary>
    /// <exception cref="ArgumentException">Not in 0 … 1.</exception>
    public double ResampleBelow { get; init => field = Check.Within(0, 1, value, nameof(ResampleBelow)); } = Check.Within(0, 1, ResampleBelow, nameof(ResampleBelow));

    /// <summary>Width of the kernel.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Regularization { get; init => field = Check.AtLeast(0.0, value, nameof(Regularization)); } = Check.AtLeast(0.0, Regularization, nameof(Regularization));

    /// <summary>Flattens the weights.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public double WeightRoot { get; init => field = Check.AtLeast(1.0, value, nameof(WeightRoot)); } = Check.AtLeast(1.0, WeightRoot, nameof(WeightRoot));

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => EnsembleCycle.Begin(Members, problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) =>
        EnsembleCycle.Run(window, BeliefConversion.ToParticles(background, Members, random), random, Analyze);

    private EnsembleStep Analyze(AssimilationWindow window, Observation observation, EnsembleBelief forecast, Matrix<double> predicted, RandomSource random)
    {
        var weights = ImportanceWeights.Of(forecast);
        using var frame = Scratch.Enter();
        var logLikelihood = frame.Rent(1, Members)[0];
        ImportanceWeights.LogLikelihood(observation, predicted, logLikelihood);
        var effective = ImportanceWeights.Multiply(weights, logLikelihood);
        var analysis = new EnsembleBelief(forecast.Members, weights, forecast.Memory);
        return Regeneration.Run(window, observation, analysis, effective, ResampleBelow, WeightRoot, Regularization, Resampling, JitterAll, random);
    }
}
