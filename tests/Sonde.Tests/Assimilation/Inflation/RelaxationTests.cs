using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Inflation;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Tests.Problems;
using Dense = MathNet.Numerics.LinearAlgebra.Matrix<double>;

namespace Sonde.Tests.Assimilation.Inflation;

/// <summary>What is done to analysis anomalies after an update.</summary>
public sealed class RelaxationTests
{
    private readonly GaussianUpdate problem = new(10, 6, 4);

    [Fact]
    public void Relaxing_wholly_to_prior_spread_restores_it()
    {
        var (mean, covariance) = Analysis(new EnsembleFilter(new Etkf(), 10, Relaxation: new Relaxation(Rtps: 1)));
        Assert.InRange((mean - problem.Mean).AbsoluteMaximum(), 0, 1e-11);
        for (var i = 0; i < 6; i++)
            Assert.Equal(problem.ForecastCovariance[i, i], covariance[i, i], 1e-10);
        var correlation = problem.Covariance[0, 1] / Math.Sqrt(problem.Covariance[0, 0] * problem.Covariance[1, 1]);
        Assert.Equal(correlation, covariance[0, 1] / Math.Sqrt(covariance[0, 0] * covariance[1, 1]), 1e-10);
    }

    [Fact]
    public void Relaxing_halfway_to_prior_spread_gives_the_mean_of_both_spreads()
    {
        var (_, covariance) = Analysis(new EnsembleFilter(new Etkf(), 10, Relaxation: new Relaxation(Rtps: 0.5)));
        for (var i = 0; i < 6; i++)
            Assert.Equal(0.5 * (Math.Sqrt(problem.ForecastCovariance[i, i]) + Math.Sqrt(problem.Covariance[i, i])), Math.Sqrt(covariance[i, i]), 1e-10);
    }

    [Fact]
    public void Relaxing_wholly_to_prior_perturbations_restores_the_covariance()
    {
        var (mean, covariance) = Analysis(new EnsembleFilter(new Etkf(), 10, Relaxation: new Relaxation(Rtpp: 1)));
        Assert.InRange((mean - problem.Mean).AbsoluteMaximum(), 0, 1e-11);
        Assert.InRange(GaussianUpdate.Difference(problem.ForecastCovariance, covariance), 0, 1e-10);
    }

    [Fact]
    public void Relaxing_to_prior_perturbations_mixes_each_member_with_itself()
    {
        var analysis = problem.Apply(new Etkf());
        var (forecastMean, analysisMean) = (GaussianUpdate.Moments(problem.Forecast).Mean, GaussianUpdate.Moments(analysis).Mean);
        var relaxed = Members(new EnsembleFilter(new Etkf(), 10, Relaxation: new Relaxation(Rtpp: 0.3)));
        for (var n = 0; n < 10; n++)
            for (var i = 0; i < 6; i++)
                Assert.Equal(analysisMean[i] + 0.7 * (analysis[n, i] - analysisMean[i]) + 0.3 * (problem.Forecast[n, i] - forecastMean[i]), relaxed[n, i], 1e-10);
    }

    [Fact]
    public void Members_without_spread_are_not_divided_by_it()
    {
        for (var n = 0; n < 10; n++)
            problem.Forecast[n, 2] = 5;
        Assert.True(Moments.AllFinite(Members(new EnsembleFilter(new Etkf(), 10, Relaxation: new Relaxation(0.5, 0.9))).Values));
    }

    [Fact]
    public void Additive_noise_leaves_the_mean_and_adds_its_covariance()
    {
        const int Repeats = 300;
        var q = new Matrix<double>(6, 6);
        for (var i = 0; i < 6; i++)
            (q[i, i], q[i, (i + 1) % 6], q[(i + 1) % 6, i]) = (2, 0.5, 0.5);
        var sum = Dense.Build.Dense(6, 6);
        for (var seed = 0; seed < Repeats; seed++)
        {
            var (mean, covariance) = Analysis(new EnsembleFilter(new Etkf(), 10, Additive: new AdditiveInflation { Noise = new DenseNoise(q) }), seed);
            Assert.InRange((mean - problem.Mean).AbsoluteMaximum(), 0, 1e-11);
            sum += covariance - problem.Covariance;
        }
        // A covariance of 10 draws of total variance v has a standard error of about v (2/9)^½, cross terms included.
        for (var i = 0; i < 6; i++)
            for (var j = 0; j < 6; j++)
                Assert.InRange(sum[i, j] / Repeats - q[i, j], -4 * (2 + 2) / Math.Sqrt(4.5 * Repeats), 4 * (2 + 2) / Math.Sqrt(4.5 * Repeats));
    }

    [Fact]
    public void Additive_noise_of_one_deviation_is_white()
    {
        var sum = Dense.Build.Dense(6, 6);
        for (var seed = 0; seed < 200; seed++)
            sum += Analysis(new EnsembleFilter(new Etkf(), 10, Additive: new AdditiveInflation(0.7)), seed).Covariance - problem.Covariance;
        for (var i = 0; i < 6; i++)
            Assert.InRange(sum[i, i] / 200, 0.49 - 0.12, 0.49 + 0.12);
    }

    [Fact]
    public void What_cannot_work_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Relaxation(Rtpp: 1.1));
        Assert.Throws<ArgumentException>(() => new Relaxation(Rtps: -0.1));
        Assert.Throws<ArgumentException>(() => new AdditiveInflation(-1));
        var method = new EnsembleFilter(new Etkf(), 10, Additive: new AdditiveInflation { Noise = new DiagonalNoise(7, 1) });
        Assert.Contains("7", method.Refuses(new AssimilationProblem(Still(), new TimeGrid(0, 1), null, 1)), StringComparison.Ordinal);
    }

    private static LinearGaussianSystem Still() => new(Matrix<double>.Identity(6));

    private (MathNet.Numerics.LinearAlgebra.Vector<double> Mean, Dense Covariance) Analysis(EnsembleFilter method, long seed = 1) =>
        GaussianUpdate.Moments(Members(method, seed));

    private Matrix<double> Members(EnsembleFilter method, long seed = 1)
    {
        var window = new AssimilationWindow
        {
            System = Still(), Grid = new TimeGrid(0, 1), Start = default, NextStart = problem.Observation.At, Observations = [problem.Observation],
            FirstNew = 0, Leaving = 1, IsLast = true, Observer = new BeliefRecorder(),
        };
        return ((EnsembleBelief)method.Assimilate(window, new EnsembleBelief(problem.Forecast.Copy()), new RandomSource(seed)).Next).Members;
    }
}
