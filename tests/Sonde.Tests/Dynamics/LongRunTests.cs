using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;

namespace Sonde.Tests.Dynamics;

public sealed class LongRunTests
{
    [Fact]
    public void Lorenz_96_has_its_known_mean_and_covariance()
    {
        // F = 8: mean 2.34, standard deviation 3.64, spatial covariances 13.26, 0.85, −4.81 (long runs; sampling error here about 1 %)
        var run = LongRun.Estimate(new RungeKuttaSystem(new Lorenz96()), new TimeGrid(0, 0.05), [1, .. new double[39]], 400, 3000, 10, new RandomSource(1));
        Assert.Equal(2.34, run.Mean.Average(), 0.03);
        Assert.Equal(13.26, Lag(0), 0.25);
        Assert.Equal(0.85, Lag(1), 0.15);
        Assert.Equal(-4.81, Lag(2), 0.15);

        double Lag(int d) => Enumerable.Range(0, 40).Average(i => run.Covariance[i, (i + d) % 40]);
    }

    [Fact]
    public void A_large_mean_costs_no_digits_and_sums_are_exact()
    {
        var system = new LinearAdvection(3, 1);
        double[] start = [1e8, 1e8 + 1, 1e8 + 3];
        var run = LongRun.Estimate(system, new TimeGrid(0, 1), start, 0, 300, 1, new RandomSource(1));
        Assert.All(run.Mean, mean => Assert.Equal(1e8 + 4.0 / 3, mean, 1e-6));
        for (var i = 0; i < 3; i++)
            Assert.Equal(14.0 / 9 * 300 / 299, run.Covariance[i, i], 1e-9);
    }

    [Fact]
    public void Noise_of_a_stochastic_system_is_in_its_climatology()
    {
        var system = new OrnsteinUhlenbeck(Domain.Unplaced(1), [3], 1, new DiagonalNoise(1, 2));
        var run = LongRun.Estimate(system, new TimeGrid(0, 0.5), [0], 40, 20_000, 4, new RandomSource(1));
        Assert.Equal(3, run.Mean[0], 0.08);
        Assert.Equal(4, run.Covariance[0, 0], 0.25);
    }
}
