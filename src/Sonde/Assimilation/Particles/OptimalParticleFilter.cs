using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Particles;

/// <summary>
/// The particle filter of the optimal proposal: each particle carries a Gaussian kernel of covariance Q; it moves to a draw
/// from the product of its kernel and the likelihood and is weighted by N(y; H(x), H Q Hᵀ + R), which varies less than the
/// likelihood. With Q = 0 it is the bootstrap filter. Bocquet, Pires and Wu, Mon. Wea. Rev. 138, 2010, §2c.
/// </summary>
/// <param name="Members">N, 2 or more.</param>
/// <param name="Kernel">Width of the kernel in bandwidths of Scott's rule, 0 or more.</param>
/// <param name="ResampleBelow">Resamples when the effective sample size is at most this share of N, 0 … 1.</param>
/// <param name="Regularization">Width of the kernel, in bandwidths, that sets resampled copies apart; 0 for none.</param>
/// <param name="Resampling">How copies are drawn.</param>
/// <param name="JitterAll">True sets every particle apart, false only those with copies.</param>
/// <param name="WeightRoot">Resamples with the weights to the power 1/root, 1 or more, and makes up for it in the weights.</param>
public sealed record OptimalParticleFilter(
    int Members, double Kernel = 1.0, double ResampleBelow = 1.0, double Regularization = 0.0,
    ResamplingScheme Resampling = ResamplingScheme.Systematic, bool JitterAll = false, double WeightRoot = 1.0) : IAssimilationMethod
{
    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Width of the kernel.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Kernel { get; init => field = Check.AtLeast(0.0, value, nameof(Kernel)); } = Check.AtLeast(0.0, Kernel, nameof(Kernel));

    /// <summary>Share of N.</summary>
    /// <exception cref="ArgumentException">Not in 0 … 1.</exception>
    public double ResampleBelow { get; init => field = Check.Within(0, 1, value, nameof(ResampleBelow)); } = Check.Within(0, 1, ResampleBelow, nameof(ResampleBelow));

    /// <summary>Width of the kernel of resampled copies.</summary>
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
        var (members, m) = (forecast.Members, observation.Count);
        var weights = ImportanceWeights.Of(forecast);
        using var frame = Scratch.Enter();
        var x = frame.Rent(Members, forecast.Width);            // root of Q
        var y = frame.Rent(Members, m);                         // root of H Q Hᵀ
        var l = frame.Rent(m, m);                               // L, the root of H Q Hᵀ + R
        var gain = frame.Rent(forecast.Width, m);               // Q Hᵀ, then Q Hᵀ S⁻¹
        var factor = Kernel * ParticleKernel.Bandwidth(Members, forecast.Width);
        ParticleKernel.Root(members, weights, factor, x);
        ParticleKernel.Root(predicted, weights, factor, y);
        Dense.MultiplyTransposedLeft(1, y, y, 0, l);
        observation.Error.AddCovariance(l);
        if (!Cholesky.Factor(l))
            return new EnsembleStep(forecast, Failure: $"The innovation covariance at observation {observation.Index} is not positive definite.");
        Dense.MultiplyTransposedLeft(1, x, y, 0, gain);
        Cholesky.Solve(l, gain);

        var logLikelihood = frame.Rent(1, Members)[0];
        LogLikelihood(observation, predicted, l, logLikelihood);
        if (!CovarianceRoot.AddDrawsOf(x, random.Fork("kernel"), members) || !Move(window, observation, members, gain, random.Fork("errors")))
            return new EnsembleStep(forecast, Failure: $"A proposal at observation {observation.Index} is not finite.");
        var effective = ImportanceWeights.Multiply(weights, logLikelihood);
        var analysis = new EnsembleBelief(members, weights, forecast.Memory);
        return Regeneration.Run(window, observation, analysis, effective, ResampleBelow, WeightRoot, Regularization, Resampling, JitterAll, random);
    }

    /// <summary>x += K (y − H(x) − ε): from a draw of the kernel to one of its product with the likelihood.</summary>
    private static bool Move(AssimilationWindow window, Observation observation, Matrix<double> members, ReadOnlyBatch<double> gain, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var departures = frame.Rent(members.Rows, observation.Count);
        observation.Error.Sample(departures, random);
        var predicted = EnsembleCycle.Predict(window, observation, members);
        for (var n = 0; n < members.Rows; n++)
        {
            TensorPrimitives.Add(predicted[n], departures[n], departures[n]);
            TensorPrimitives.Subtract(observation.Values.Span, departures[n], departures[n]);
        }
        Dense.MultiplyTransposedRight(1, departures, gain, 1, members);
        return Moments.AllFinite(members.Values);
    }

    /// <summary>−½ dᵀ S⁻¹ d of each particle before it moved.</summary>
    private static void LogLikelihood(Observation observation, ReadOnlyBatch<double> predicted, ReadOnlyBatch<double> l, Span<double> logLikelihood)
    {
        using var frame = Scratch.Enter();
        var departures = frame.Rent(predicted.Rows, predicted.Width);
        for (var n = 0; n < predicted.Rows; n++)
            TensorPrimitives.Subtract(observation.Values.Span, predicted[n], departures[n]);
        Cholesky.SolveLower(l, departures);
        for (var n = 0; n < predicted.Rows; n++)
            logLikelihood[n] = -0.5 * TensorPrimitives.SumOfSquares<double>(departures[n]);
    }
}
