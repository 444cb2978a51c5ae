using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>One kind of belief as another, so that any method's analysis can start any other method.</summary>
internal static class BeliefConversion
{
    /// <summary>The Gaussian of the same mean and covariance; a Gaussian with variances alone gets a diagonal covariance.</summary>
    /// <exception cref="ArgumentException">The belief is neither an ensemble nor a Gaussian.</exception>
    public static GaussianBelief ToGaussian(IBelief belief)
    {
        if (belief is GaussianBelief { Covariance: not null } gaussian)
            return gaussian;
        var (mean, covariance) = (new double[belief.Width], new Matrix<double>(belief.Width, belief.Width));
        belief.Mean(mean);
        switch (belief)
        {
            case GaussianBelief:
                using (var frame = Scratch.Enter())
                {
                    var variance = frame.Rent(1, belief.Width)[0];
                    belief.Variance(variance);
                    for (var i = 0; i < belief.Width; i++)
                        covariance[i, i] = variance[i];
                }
                break;
            case EnsembleBelief ensemble:
                AddCovariance(ensemble, mean, covariance);
                break;
            default:
                throw new ArgumentException($"A belief of type {belief.GetType().Name} is neither an ensemble nor a Gaussian.", nameof(belief));
        }
        return new GaussianBelief(mean, covariance, belief.Memory);
    }

    /// <summary>An ensemble of this size, with the weights it has: the same one where it fits, or draws as <see cref="ToEnsemble"/> makes them.</summary>
    public static EnsembleBelief ToParticles(IBelief belief, int members, RandomSource random) =>
        belief is EnsembleBelief ensemble && ensemble.Members.Rows == members ? ensemble : ToEnsemble(belief, members, random);

    /// <summary>
    /// An equally likely ensemble of this size: the same one, or draws from the Gaussian of the same mean and covariance.
    /// </summary>
    public static EnsembleBelief ToEnsemble(IBelief belief, int members, RandomSource random)
    {
        if (belief is EnsembleBelief ensemble)
            return ensemble.Weights is null && ensemble.Members.Rows == members ? ensemble : Redraw(ensemble, members, random.Fork("members"));
        var gaussian = ToGaussian(belief);
        var draws = new Matrix<double>(members, gaussian.Width);
        using var frame = Scratch.Enter();
        var root = frame.Rent(gaussian.Width, gaussian.Width);
        if (CovarianceRoot.Rows(gaussian.Covariance!, root))
            CovarianceRoot.AddDraws(root, random.Fork("members"), draws);
        else
            draws.Values.Fill(double.NaN);
        Moments.Shift(draws, gaussian.MeanState);
        return new EnsembleBelief(draws, null, belief.Memory);
    }

    /// <summary>x̄ + Σ ξₙ (wₙ / (1 − Σ w²))^½ (xₙ − x̄) with ξ standard normal: the ensemble's own covariance, which need not be formed.</summary>
    private static EnsembleBelief Redraw(EnsembleBelief ensemble, int members, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, ensemble.Width)[0];
        var anomalies = frame.Rent(ensemble.Members.Rows, ensemble.Width);
        ensemble.Mean(mean);
        Anomalies(ensemble, mean, anomalies);
        var draws = new Matrix<double>(members, ensemble.Width);
        if (!CovarianceRoot.AddDrawsOf(anomalies, random, draws))
            draws.Values.Fill(double.NaN);
        Moments.Shift(draws, mean);
        return new EnsembleBelief(draws, null, ensemble.Memory);
    }

    /// <summary>Σ w (x − x̄)(x − x̄)ᵀ / (1 − Σ w²).</summary>
    private static void AddCovariance(EnsembleBelief ensemble, ReadOnlySpan<double> mean, Batch<double> covariance)
    {
        using var frame = Scratch.Enter();
        var anomalies = frame.Rent(ensemble.Members.Rows, ensemble.Width);
        Anomalies(ensemble, mean, anomalies);
        Dense.MultiplyTransposedLeft(1, anomalies, anomalies, 1, covariance);
    }

    /// <summary>(wₙ / (1 − Σ w²))^½ (xₙ − x̄), whose products sum to the covariance.</summary>
    private static void Anomalies(EnsembleBelief ensemble, ReadOnlySpan<double> mean, Batch<double> anomalies)
    {
        var effective = ensemble.Weights is { } w ? 1 - TensorPrimitives.SumOfSquares<double>(w) : anomalies.Rows - 1;
        for (var n = 0; n < anomalies.Rows; n++)
        {
            TensorPrimitives.Subtract(ensemble.Members[n], mean, anomalies[n]);
            TensorPrimitives.Multiply(anomalies[n], effective > 0 ? Math.Sqrt((ensemble.Weights?[n] ?? 1) / effective) : 0, anomalies[n]);
        }
    }
}
