using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Observing.Quality;
using static Sonde.Observing.Quality.ObservationFate;

namespace Sonde.Tests.Observing;

public sealed class BackgroundCheckTests
{
    [Fact]
    public void A_value_is_rejected_beyond_the_threshold_of_both_errors_together()
    {
        var check = new BackgroundCheck(Threshold: 3);
        var outcome = check.Judge(Observe([15.01, 14.99, -15.01, 0], [3, 3, 3, 3]), [0, 0, 0, 0], [16, 16, 16, 16]);     // √(9 + 16) = 5
        Assert.Equal([ObservationFate.BackgroundCheck, Used, ObservationFate.BackgroundCheck, Used], outcome.Fates);
        Assert.Equal([1, 3], outcome.Survivors!);
        Assert.Equal([14.99, 0.0], outcome.Kept.Values.ToArray());
        Assert.Equal([1, 3], ((ComponentOperator)outcome.Kept.Operator).Components.ToArray());
    }

    [Fact]
    public void An_observation_without_fault_is_passed_on_as_it_is()
    {
        var observation = Observe([1, 2], [1, 1]);
        var outcome = new BackgroundCheck().Judge(observation, [1, 2], [1, 1]);
        Assert.Same(observation, outcome.Kept);
        Assert.Null(outcome.Survivors);
    }

    [Fact]
    public void What_is_predicted_as_NaN_is_not_used()
    {
        var outcome = new BackgroundCheck().Judge(Observe([1, 2], [1, 1]), [1, double.NaN], [1, 1]);
        Assert.Equal([Used, PredictionNotFinite], outcome.Fates);
    }

    [Fact]
    public void When_everything_is_rejected_nothing_is_left()
    {
        var outcome = new BackgroundCheck().Judge(Observe([100, 200], [1, 1]), [0, 0], [1, 1]);
        Assert.Equal(0, outcome.Kept.Count);
    }

    /// <summary>The increment of one value alone, σ_f² d / (σ_f² + σ̃²), stays below K σ_f however large d is, and tends to it.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(1e6)]
    public void A_moderated_value_moves_the_mean_by_at_most_K_deviations(double departure)
    {
        const double K = 2, Forecast = 1.5, Error = 0.5;
        var check = new BackgroundCheck(BackgroundRule.Moderate, K: K);
        var outcome = check.Judge(Observe([departure], [Error]), [0], [Forecast * Forecast]);
        var sd = outcome.Kept.Error.StandardDeviations[0];
        var moved = Forecast * Forecast * departure / (Forecast * Forecast + sd * sd);
        Assert.True(moved < K * Forecast);
        Assert.Equal(departure > 1 ? Moderated : Used, outcome.Fates[0]);
        if (departure == 1e6)
            Assert.Equal(K * Forecast, moved, 1e-4);
        if (departure == 0.1)
            Assert.Equal(Error, sd, 2e-3);
    }

    [Fact]
    public void Settings_out_of_range_and_shapes_that_do_not_fit_are_refused()
    {
        var observation = Observe([1], [1]);
        Assert.Throws<ArgumentException>(() => new BackgroundCheck(Threshold: 0));
        Assert.Throws<ArgumentException>(() => new BackgroundCheck(K: -1));
        Assert.Throws<ArgumentException>(() => new BackgroundCheck().Judge(observation, [1, 2], [1, 2]));
    }

    private static Observation Observe(double[] values, double[] deviations) => new()
    {
        Index = 0,
        At = new GridTime(1),
        Operator = new ComponentOperator(values.Length, [.. Enumerable.Range(0, values.Length)]),
        Values = values,
        Error = new DiagonalError(deviations),
        Points = new SpacePoint?[values.Length],
    };
}
