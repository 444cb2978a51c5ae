using Sonde.Numerics;
using Sonde.Verification;

namespace Sonde.Tests.Verification;

public sealed class GaussianScoresTests
{
    [Theory]
    [InlineData(0, 1, 0, 0.23369497725510907)]           // (√2 − 1)/√π
    [InlineData(0, 1, -3, 2.43657473)]                   // scoringRules
    [InlineData(0, 0.9, -2.7, 0.9 * 2.43657473)]
    [InlineData(5, 0, 7, 2)]
    public void CRPS_has_the_published_values(double mean, double sd, double truth, double expected) =>
        Assert.Equal(expected, GaussianScores.Crps(mean, sd, truth), 1e-8);

    [Fact]
    public void CRPS_at_the_mean_is_its_closed_form() =>
        Assert.Equal((Math.Sqrt(2) - 1) / Math.Sqrt(Math.PI), GaussianScores.Crps(0, 1, 0), 1e-15);

    [Fact]
    public void CRPS_is_the_limit_of_an_ensemble_of_quantiles()
    {
        const int n = 4000;
        var members = new Matrix<double>(n, 1);
        for (var i = 0; i < n; i++)
            members[i, 0] = 1.5 + 0.7 * NormalDistribution.Quantile((i + 0.5) / n);
        Assert.Equal(GaussianScores.Crps(1.5, 0.7, 0.3), EnsembleScores.EnsembleCrps(members, [], [0.3]), 1e-5);
    }

    [Fact]
    public void Scores_are_means_over_components()
    {
        double[] mean = [0, 1, 2], variance = [1, 4, 0.25], truth = [0.5, -1, 2];
        var scores = GaussianScores.Of(mean, variance, truth);
        Assert.Equal(Math.Sqrt((0.25 + 4) / 3), scores.Rmse, 1e-15);
        Assert.Equal(Math.Sqrt(5.25 / 3), scores.Spread, 1e-15);
        Assert.Equal((GaussianScores.Crps(0, 1, 0.5) + GaussianScores.Crps(1, 2, -1) + GaussianScores.Crps(2, 0.5, 2)) / 3, scores.Crps, 1e-15);
        Assert.Equal((0.5 * Math.Log(2 * Math.PI) * 3 + 0.5 * (0.25 + 1) + 0.5 * Math.Log(1 * 4 * 0.25)) / 3, scores.NegativeLogLikelihood, 1e-14);
        Assert.Equal(double.NaN, scores.EnergyScore);
        var diagonal = new Matrix<double>(3, 3);
        for (var i = 0; i < 3; i++)
            diagonal[i, i] = variance[i];
        Assert.Equal(3 * scores.NegativeLogLikelihood, GaussianScores.NegativeLogLikelihood(mean, diagonal, truth), 1e-13);
    }

    [Fact]
    public void Likelihood_with_correlation_is_the_closed_form()
    {
        var covariance = new Matrix<double>(2, 2);
        (covariance[0, 0], covariance[0, 1], covariance[1, 0], covariance[1, 1]) = (2, 0.6, 0.6, 1);
        var determinant = 2 - 0.36;
        var square = (1 * 1.0 - 2 * 0.6 * 1 * -2 + 2 * 4.0) / determinant;       // (1, −2) inverse (1, −2)
        Assert.Equal(0.5 * square + 0.5 * Math.Log(determinant) + Math.Log(2 * Math.PI), GaussianScores.NegativeLogLikelihood([0, 0], covariance, [1, -2]), 1e-14);
        covariance[1, 1] = 0.1;
        Assert.Equal(double.NaN, GaussianScores.NegativeLogLikelihood([0, 0], covariance, [1, -2]));
    }

    [Fact]
    public void Gaussians_that_are_not_finite_score_nothing() =>
        Assert.False(GaussianScores.Of([0, double.NaN], [1, 1], [0, 0]).IsFinite);
}
