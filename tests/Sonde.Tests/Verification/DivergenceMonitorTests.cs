using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;
using Sonde.Verification;

namespace Sonde.Tests.Verification;

/// <summary>The truth is a free run of Lorenz-63, a forecast is the truth with an error that a case describes.</summary>
public sealed class DivergenceMonitorTests
{
    private const int Times = 2000;
    private static readonly TwinProblem Truth = TwinProblem.Lorenz63(Times, 1);
    private static readonly TwinProblem Elsewhere = TwinProblem.Lorenz63(Times, 2);

    [Theory]
    [InlineData(1, 1.4)]
    [InlineData(3, 1.4)]
    [InlineData(3, 0.01)]
    [InlineData(3, 10)]
    [InlineData(1, 100)]            // hardly anything is observed: chance alone must not look like a loss
    public void A_forecast_whose_spread_is_right_is_never_lost(int count, double noise) =>
        Assert.Null(Run(count, noise, spread: 1.5, (_, error) => 1.5 * error));

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(1, 3)]
    [InlineData(3, 0.1)]
    [InlineData(3, 1.4)]
    [InlineData(3, 8)]              // as large as the variability itself, so that the ratio d² / (σ_f² + σ_o²) stays below 4
    public void A_forecast_on_another_trajectory_with_a_healthy_spread_is_lost_within_a_window_or_two(int count, double noise)
    {
        var lostAt = Run(count, noise, spread: 0.5, (k, error) => 0.5 * error, strayFrom: 1000);
        Assert.InRange(lostAt ?? -1, 1000 + 25, 1000 + 120);
    }

    [Fact]
    public void An_excursion_that_ends_is_a_loss_when_it_lasted_for_most_of_a_window()
    {
        Assert.NotNull(Run(3, 1.4, spread: 0.5, (_, error) => 0.5 * error, strayFrom: 1000, strayUntil: 1050));
        Assert.Null(Run(3, 1.4, spread: 0.5, (_, error) => 0.5 * error, strayFrom: 1000, strayUntil: 1015));
    }

    [Fact]
    public void A_few_wild_innovations_are_no_loss() =>
        Assert.Null(Run(3, 1.4, spread: 1, (k, error) => (k % 17 == 0 ? 20 : 0.5) * error));

    [Fact]
    public void A_spread_ten_times_too_small_is_no_loss_while_there_is_skill() =>
        Assert.Null(Run(3, 0.1, spread: 0.2, (_, error) => 2 * error));

    [Fact]
    public void No_skill_is_no_loss_where_the_spread_says_so()
    {
        var (monitor, mean) = (new DivergenceMonitor(), new double[] { 0, 0, 23.5 });
        foreach (var observation in Observe(3, 1.4))
            monitor.Watch(observation, DivergenceMonitor.Check(observation, mean, [63, 81, 74]));
        Assert.Null(monitor.LostAt);
    }

    /// <summary>z has a mean of 23.5, far above what any component varies by: variability is of each about its own mean.</summary>
    [Fact]
    public void The_distance_between_means_of_components_is_no_variability()
    {
        var (monitor, mean) = (new DivergenceMonitor(), new double[] { 0, 0, 23.5 });
        foreach (var observation in Observe(3, 1.4))
            monitor.Watch(observation, DivergenceMonitor.Check(observation, mean, [1, 1, 1]));
        Assert.InRange(monitor.LostAt ?? -1, 49, 150);
    }

    [Fact]
    public void A_window_has_two_times_or_more() => Assert.Throws<ArgumentOutOfRangeException>(() => new DivergenceMonitor(1));

    /// <summary>Where a monitor saw a forecast lost whose error is given by time and a standard normal draw.</summary>
    private static int? Run(int count, double noise, double spread, Func<int, double, double> error, int strayFrom = Times, int strayUntil = Times)
    {
        var monitor = new DivergenceMonitor();
        var random = new RandomSource(5);
        var (mean, variance) = (new double[count], new double[count]);
        Array.Fill(variance, spread * spread);
        foreach (var observation in Observe(count, noise))
        {
            var k = observation.Index;
            random.Fork(k).FillNormal(mean);
            for (var i = 0; i < count; i++)
                mean[i] = error(k, mean[i]) + (k >= strayFrom && k < strayUntil ? Elsewhere : Truth).Truth[k, i];
            monitor.Watch(observation, DivergenceMonitor.Check(observation, mean, variance));
        }
        return monitor.LostAt;
    }

    /// <summary>The first components of the truth, with noise.</summary>
    private static IEnumerable<Observation> Observe(int count, double noise)
    {
        var random = new RandomSource(4);
        for (var k = 0; k < Times; k++)
        {
            var y = new double[count];
            random.Fork(k).FillNormal(y);
            for (var i = 0; i < count; i++)
                y[i] = Truth.Truth[k, i] + noise * y[i];
            yield return new Observation
            {
                Index = k, At = new GridTime(k), Operator = new IdentityOperator(count), Values = y, Error = new DiagonalError(count, noise),
                Points = new SpacePoint?[count],
            };
        }
    }
}
