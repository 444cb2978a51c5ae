using Sonde.Assimilation.Filters;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation.Filters;

/// <summary>Updates whose covariance is not that of the Kalman filter, or only on average.</summary>
public sealed class GainUpdateTests
{
    [Theory]
    [InlineData(10, 6, 4, false)]
    [InlineData(5, 8, 12, true)]
    [InlineData(40, 6, 3, true)]
    public void The_deterministic_filter_has_the_Kalman_mean_and_halves_the_gain_of_anomalies(int members, int width, int observed, bool correlated)
    {
        var problem = new GaussianUpdate(members, width, observed, correlated);
        var (mean, covariance) = GaussianUpdate.Moments(problem.Apply(new Denkf()));
        var half = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseIdentity(width) - 0.5 * problem.Gain * problem.H;
        Assert.InRange((mean - problem.Mean).AbsoluteMaximum(), 0, 1e-10);
        Assert.InRange(GaussianUpdate.Difference(covariance, half * problem.ForecastCovariance * half.Transpose()), 0, 1e-10);
    }

    [Theory]
    [InlineData(10, 6, 4, false)]
    [InlineData(5, 8, 12, true)]
    [InlineData(40, 6, 3, true)]
    public void Perturbed_observations_leave_the_Kalman_mean_exact(int members, int width, int observed, bool correlated)
    {
        var problem = new GaussianUpdate(members, width, observed, correlated);
        var (mean, _) = GaussianUpdate.Moments(problem.Apply(new StochasticEnkf()));
        Assert.InRange((mean - problem.Mean).AbsoluteMaximum(), 0, 1e-10);
    }

    [Fact]
    public void Perturbed_observations_give_the_Kalman_covariance_within_sampling_error()
    {
        const int Members = 4000;
        var problem = new GaussianUpdate(Members, 6, 4, correlated: true);
        var (_, covariance) = GaussianUpdate.Moments(problem.Apply(new StochasticEnkf()));
        // An entry of K ε Aᵀ has a standard error of at most (variance of Kε times variance of a)^½ / √N; 5 of them are never seen.
        var noise = problem.Gain * problem.R * problem.Gain.Transpose();
        for (var i = 0; i < 6; i++)
            for (var j = 0; j < 6; j++)
                Assert.InRange(
                    Math.Abs(covariance[i, j] - problem.Covariance[i, j]), 0,
                    5 * 2 * Math.Sqrt((noise[i, i] + problem.Covariance[i, i]) * (noise[j, j] + problem.Covariance[j, j]) / Members));
    }

    [Theory]
    [InlineData(SerialScheme.Stochastic)]
    [InlineData(SerialScheme.UnitVariance)]
    public void Serial_perturbations_do_both_within_sampling_error(SerialScheme scheme)
    {
        const int Members = 1000;
        var problem = new GaussianUpdate(Members, 6, 4);
        var (mean, covariance) = GaussianUpdate.Moments(problem.Apply(new SerialEnkf(Scheme: scheme)));
        for (var i = 0; i < 6; i++)
        {
            Assert.InRange(Math.Abs(mean[i] - problem.Mean[i]), 0, 5 * Math.Sqrt(problem.ForecastCovariance[i, i] / Members));
            for (var j = 0; j < 6; j++)
                Assert.InRange(
                    Math.Abs(covariance[i, j] - problem.Covariance[i, j]), 0,
                    5 * Math.Sqrt(problem.ForecastCovariance[i, i] * problem.ForecastCovariance[j, j] / Members));
        }
    }
}
