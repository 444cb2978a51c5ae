using Sonde.Networks.Training;

namespace Sonde.Tests.Networks;

public sealed class ScheduleTests
{
    [Fact]
    public void A_constant_rate_is_constant() => Assert.Equal([0.3, 0.3], At(new ConstantRate(0.3), 100, 0, 99));

    [Fact]
    public void A_cosine_rises_and_falls() =>
        AssertClose([0.25, 1, 1, 0.55, 0.1 + 0.45 * (1 - Math.Sqrt(0.5))], At(new CosineRate(1, 0.1, WarmUp: 4), 104, 0, 3, 4, 54, 79));

    [Fact]
    public void An_exponential_falls_smoothly_or_in_steps()
    {
        AssertClose([1, Math.Sqrt(0.1), 0.1], At(new ExponentialRate(), 100, 0, 50, 100).Select(rate => rate * 1000));
        AssertClose([1, 1, 0.5, 0.5, 0.25], At(new ExponentialRate(1, 0.5, Every: 30, Smooth: false), 100, 0, 29, 30, 59, 60));
    }

    [Fact]
    public void On_a_plateau_the_rate_falls_once_patience_is_spent()
    {
        var schedule = new PlateauRate(1, 0.5, Patience: 2, Gain: 0.01, Least: 0.2);
        double[] losses = [10, 9, 8.95, 8.95, 8.95, 8.95, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8];
        double[] rates = [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2];
        for (var epoch = 0; epoch < rates.Length; epoch++)
            Assert.Equal((epoch, rates[epoch]), (epoch, schedule.At(epoch, 100, losses.AsSpan(0, epoch))));
    }

    private static double[] At(ISchedule schedule, long steps, params long[] at) => [.. at.Select(step => schedule.At(step, steps, []))];

    private static void AssertClose(IEnumerable<double> expected, IEnumerable<double> found)
    {
        foreach (var (a, b) in expected.Zip(found))
            Assert.Equal(a, b, 1e-12);
    }
}
