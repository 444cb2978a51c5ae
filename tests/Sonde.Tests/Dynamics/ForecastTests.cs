using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;

namespace Sonde.Tests.Dynamics;

public sealed class ForecastTests
{
    private static readonly TimeGrid Grid = new(10, 0.25);

    [Theory]
    [InlineData(0, 0, 3, 0)]
    [InlineData(0, 0.3, 0, 0.8)]
    [InlineData(0, 0.3, 1, 0)]
    [InlineData(0, 0.3, 4, 0.6)]
    [InlineData(2, 0, 2, 0)]
    [InlineData(2, 0.5, 2, 0.5)]
    public void A_forecast_covers_the_time_between_in_one_partial_step_at_each_end(int step, double fraction, int toStep, double toFraction)
    {
        var steps = new List<(double Time, double Length)>();
        var (from, to) = (new GridTime(step, fraction), new GridTime(toStep, toFraction));
        Forecast.Run(new Recorder(steps), Grid, from, to, new Matrix<double>(1, 1), new RandomSource(1), Workers.One);
        var time = Grid.TimeOf(from);
        foreach (var (at, length) in steps)
        {
            Assert.Equal(time, at, 12);
            time += length;
        }
        Assert.Equal(Grid.TimeOf(to), time, 12);
        Assert.True(steps.Count(each => Math.Abs(each.Length - 0.25) > 1e-12) <= 2);
    }

    [Fact]
    public void A_forecast_in_parts_is_exact_where_steps_are()
    {
        var system = new OrnsteinUhlenbeck(Domain.Unplaced(1), [1], 2, new DiagonalNoise(1, 0));
        var x = new Matrix<double>(1, 1);
        x[0, 0] = 5;
        Forecast.Run(system, Grid, new GridTime(1, 0.4), new GridTime(7, 0.9), x, new RandomSource(1), Workers.One);
        Assert.Equal(1 + 4 * Math.Exp(-6.5 * 0.25 / 2), x[0, 0], 13);
    }

    [Fact]
    public void Members_have_the_same_bits_on_any_number_of_threads()
    {
        var system = NoisySystem.Around(new RungeKuttaSystem(new Lorenz96(400)), new DiagonalNoise(400, 0.2));
        var (one, three) = (new Matrix<double>(50, 400), new Matrix<double>(50, 400));
        Forecast.Run(system, Grid with { StepLength = 0.01 }, new GridTime(0), new GridTime(5, 0.5), one, new RandomSource(3), Workers.One);
        Forecast.Run(system, Grid with { StepLength = 0.01 }, new GridTime(0), new GridTime(5, 0.5), three, new RandomSource(3), new Workers(3));
        Assert.Equal(one.Values, three.Values);
        Assert.NotEqual(one[0].ToArray(), one[1].ToArray());
    }

    [Fact]
    public void A_forecast_backwards_is_refused() => Assert.Throws<ArgumentException>(() =>
        Forecast.Run(new RungeKuttaSystem(new Pendulum()), Grid, new GridTime(1), new GridTime(0, 0.9), new Matrix<double>(1, 2), new RandomSource(1), Workers.One));

    [Theory]
    [InlineData(10.0, 0, 0)]
    [InlineData(10.75, 3, 0)]
    [InlineData(10.8, 3, 0.2)]
    [InlineData(10.7499999999, 3, 0)]
    public void Times_are_located_on_the_grid(double time, int step, double fraction)
    {
        var at = Grid.Locate(time);
        Assert.Equal(step, at.Step);
        Assert.Equal(fraction, at.Fraction, 1e-9);
    }

    [Fact]
    public void Times_before_the_grid_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Grid.Locate(9.9));

    private sealed class Recorder(List<(double Time, double Length)> taken) : IDynamicalSystem
    {
        public Domain Domain { get; } = Domain.Unplaced(1);

        public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
        {
            for (var step = 0; step < steps; step++)
                taken.Add((time + step * dt, dt));
        }
    }
}
