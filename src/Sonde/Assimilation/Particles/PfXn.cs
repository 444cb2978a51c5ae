using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Particles;

/// <summary>
/// The particle filter with duplication: when resampling is due, every particle is replaced by many draws from a kernel
/// around it, these are weighted by the likelihood, and N of them are kept, all different: where one was drawn twice, weights
/// are flattened a little more and drawn again. The method "PFxN" of Raanes and co-workers' DAPPER.
/// </summary>
/// <param name="Members">N, 2 or more.</param>
/// <param name="Duplicates">Draws around each particle, 1 or more.</param>
/// <param name="Kernel">Width of the kernel in bandwidths of Scott's rule, above 0.</param>
/// <param name="ResampleBelow">Resamples when the effective sample size is at most this share of N, 0 … 1.</param>
/// <param name="Resampling">How draws are kept.</param>
/// <param name="LargestRoot">Weights are flattened to at most the power 1/root; then copies are accepted.</param>
public sealed record PfXn(
    int Members, int Duplicates = 100, double Kernel = 1.0, double ResampleBelow = 1.0,
    ResamplingScheme Resampling = ResamplingScheme.Systematic, double LargestRoot = 5.0) : IAssimilationMethod
{
    private const double RootStep = 0.1;

    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Draws around each particle.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Duplicates { get; init => field = Check.AtLeast(1, value, nameof(Duplicates)); } = Check.AtLeast(1, Duplicates, nameof(Duplicates));

    /// <summary>Width of the kernel.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Kernel { get; init => field = Check.Positive(value, nameof(Kernel)); } = Check.Positive(Kernel, nameof(Kernel));

    /// <summary>Share of N.</summary>
    /// <exception cref="ArgumentException">Not in 0 … 1.</exception>
    public double ResampleBelow { get; init => field = Check.Within(0, 1, value, nameof(ResampleBelow)); } = Check.Within(0, 1, ResampleBelow, nameof(ResampleBelow));

    /// <summary>How far weights are flattened.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public double LargestRoot { get; init => field = Check.AtLeast(1.0, value, nameof(LargestRoot)); } = Check.AtLeast(1.0, LargestRoot, nameof(LargestRoot));

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => EnsembleCycle.Begin(Members, problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) =>
        EnsembleCycle.Run(window, BeliefConversion.ToParticles(background, Members, random), random, Analyze);

    private EnsembleStep Analyze(AssimilationWindow window, Observation observation, EnsembleBelief forecast, Matrix<double> predicted, RandomSource random)
    {
        var before = ImportanceWeights.Of(forecast);
        var weights = before.AsSpan().ToArray();
        using var frame = Scratch.Enter();
        var logLikelihood = frame.Rent(1, Members)[0];
        ImportanceWeights.LogLikelihood(observation, predicted, logLikelihood);
        var effective = ImportanceWeights.Multiply(weights, logLikelihood);
        var analysis = new EnsembleBelief(forecast.Members, weights, forecast.Memory);
        if (double.IsNaN(effective))
            return new EnsembleStep(analysis, Failure: ImportanceWeights.Degenerate);
        if (!Regeneration.IsDue(window, observation, effective, Members, ResampleBelow))
            return new EnsembleStep(analysis);
        return Duplicate(window, observation, forecast, before, random) is { } next
            ? new EnsembleStep(analysis, next)
            : new EnsembleStep(analysis, Failure: ImportanceWeights.Degenerate);
    }

    private EnsembleBelief? Duplicate(AssimilationWindow window, Observation observation, EnsembleBelief forecast, double[] before, RandomSource random)
    {
        var members = forecast.Members;
        var many = new Matrix<double>(Members * Duplicates, members.Width);
        var weights = new double[many.Rows];
        using var frame = Scratch.Enter();
        var root = frame.Rent(Members, members.Width);
        for (var n = 0; n < many.Rows; n++)
        {
            members[n / Duplicates].CopyTo(many[n]);
            weights[n] = before[n / Duplicates] / Duplicates;
        }
        ParticleKernel.Root(members, before, Kernel * ParticleKernel.Bandwidth(Members, members.Width), root);
        if (!CovarianceRoot.AddDrawsOf(root, random.Fork("kernel"), many))
            return null;
        var logLikelihood = frame.Rent(1, many.Rows)[0];
        ImportanceWeights.LogLikelihood(observation, EnsembleCycle.Predict(window, observation, many), logLikelihood);
        if (double.IsNaN(ImportanceWeights.Multiply(weights, logLikelihood)))
            return null;

        var indices = frame.RentSpan<int>(Members);
        double[]? kept;
        var attempt = 0;
        double flattening;
        do
        {
            flattening = Math.Min(LargestRoot, 1 + RootStep * attempt);
            kept = Particles.Resampling.Draw(weights, flattening, Resampling, random.Fork("resampling").Fork(attempt++), indices);
        }
        while (HasCopies(indices) && flattening < LargestRoot);

        var next = new Matrix<double>(Members, members.Width);
        for (var n = 0; n < Members; n++)
            many[indices[n]].CopyTo(next[n]);
        return new EnsembleBelief(next, kept, forecast.Memory);
    }

    private static bool HasCopies(ReadOnlySpan<int> rising)
    {
        for (var n = 1; n < rising.Length; n++)
            if (rising[n] == rising[n - 1])
                return true;
        return false;
    }
}
