using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing.Networks;

namespace Sonde.Tests.Observing;

public sealed class ObservationTimesTests
{
    private static readonly TimeGrid Grid = new(-2, 0.05);

    [Fact]
    public void Regular_times_stay_on_the_grid_however_many_there_are()
    {
        var times = ObservationTimes.Every(Grid, 0.15, 1_000_000);
        Assert.Equal(new GridTime(3), times[0]);
        Assert.Equal(new GridTime(3_000_000), times[^1]);
    }

    [Fact]
    public void An_interval_need_not_be_whole_steps()
    {
        var times = ObservationTimes.Every(Grid, 0.12, 5);
        Assert.Equal((2, 0.4), (times[0].Step, Math.Round(times[0].Fraction, 9)));
        Assert.Equal(new GridTime(12), times[4]);
        Assert.Throws<ArgumentException>(() => ObservationTimes.Every(Grid, 0, 5));
    }

    [Fact]
    public void Listed_times_must_rise()
    {
        Assert.Equal([new GridTime(1), new GridTime(40)], ObservationTimes.Listed(Grid, [-1.95, 0]));
        Assert.Contains("-1.9", Assert.Throws<ArgumentException>(() => ObservationTimes.Listed(Grid, [-1.5, -1.9])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ObservationTimes.Listed(Grid, [-2.1]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Random_times_are_different_rising_and_within_the_stretch(bool onSteps)
    {
        var times = ObservationTimes.Random(Grid, 51, 2000, onSteps, new RandomSource(6));
        Assert.Equal(51, times.Distinct().Count());
        Assert.Equal(times.Order(), times);
        Assert.True(times[0] > new GridTime(0) && times[^1] <= new GridTime(2000));
        Assert.Equal(onSteps, times.All(time => time.Fraction == 0));
        Assert.Equal([1, 2, 3, 4], ObservationTimes.Random(Grid, 4, 4, true, new RandomSource(6)).Select(time => time.Step));
        Assert.Throws<ArgumentException>(() => ObservationTimes.Random(Grid, 5, 4, onSteps, new RandomSource(6)));
    }
}
