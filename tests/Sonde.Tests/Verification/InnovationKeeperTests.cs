using Sonde.Numerics;
using Sonde.Verification;

namespace Sonde.Tests.Verification;

public sealed class InnovationKeeperTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.5, 2)]
    [InlineData(3, 0.25)]
    public void Diagnosed_variances_of_an_optimal_analysis_are_the_true_ones(double b, double r)
    {
        var keeper = Run(b, r, b, r);
        var found = keeper.Statistics;
        Assert.Equal(r, found.ObservationDiagnosed, 0.02 * r);
        Assert.Equal(b, found.ForecastDiagnosed, 0.02 * b);
        Assert.Equal(b * r / (b + r), found.AnalysisDiagnosed, 0.02 * b * r / (b + r));
        Assert.Equal(1, found.Consistency, 0.02);
        Assert.Equal(found.TotalSpread, found.Rmse, 0.01 * found.Rmse);
        Assert.Equal(0, found.Bias, 0.02);
        Assert.Equal(b / (b + r), keeper.DegreesOfFreedomPerObservation, 1e-12);
    }

    [Fact]
    public void An_assumed_gain_shares_the_innovations_out_wrongly_but_their_sum_stays()
    {
        var found = Run(2, 1, 1, 1).Statistics;                 // the true B is twice the assumed one: gain ½
        Assert.Equal(1.5, found.Consistency, 0.03);
        Assert.Equal(1.5, found.ObservationDiagnosed, 0.03);    // R (B + R) true / (B + R) assumed
        Assert.Equal(1.5, found.ForecastDiagnosed, 0.03);
        Assert.Equal(3, found.ObservationDiagnosed + found.ForecastDiagnosed, 0.05);
    }

    [Fact]
    public void Without_an_analysis_only_the_forecast_is_judged()
    {
        var keeper = new InnovationKeeper();
        Assert.Equal((1 + 4.0) / 2 / 2, keeper.Record([1, 2], [1, 1], [0, 0], [1, 1]));
        Assert.Equal(2, keeper.Count);
        Assert.Equal(double.NaN, keeper.Statistics.ObservationDiagnosed);
        Assert.Equal(1.5, keeper.Statistics.Bias);
        Assert.Equal(double.NaN, keeper.Record([1], [1], [double.NaN], [1]));
        Assert.Equal(2, keeper.Count);
        Assert.Throws<ArgumentException>(() => keeper.Record([1], [1], [1, 2], [1]));
    }

    [Fact]
    public void Without_variances_of_the_analysis_the_rest_is_diagnosed_all_the_same()
    {
        var keeper = new InnovationKeeper();
        keeper.Record([2, 4], [1, 1], [0, 0], [1, 1], [1, 3]);
        Assert.Equal((2 * 1 + 4 * 1) / 2.0, keeper.Statistics.ObservationDiagnosed);
        Assert.Equal((2 * 1 + 4 * 3) / 2.0, keeper.Statistics.ForecastDiagnosed);
        Assert.Equal(double.NaN, keeper.Statistics.AnalysisAssumed);
        Assert.Throws<ArgumentException>(() => keeper.Record([1], [1], [1], [1], [], [1]));
    }

    [Fact]
    public void A_keeper_goes_on_from_what_another_saved()
    {
        var whole = new InnovationKeeper();
        var first = new InnovationKeeper();
        foreach (var keeper in new[] { whole, first })
            keeper.Record([1, 2], [1, 2], [0, 0.5], [1, 3], [0.4, 1], [0.5, 0.6]);
        var second = new InnovationKeeper();
        second.Restore(first.Save());
        foreach (var keeper in new[] { whole, second })
            keeper.Record([3], [1], [2], [1], [2.4], [0.5]);
        Assert.Equal(whole.Statistics, second.Statistics);
        Assert.Equal(whole.DegreesOfFreedomPerObservation, second.DegreesOfFreedomPerObservation);
        Assert.Throws<ArgumentException>(() => second.Restore([1, 2]));
    }

    [Fact]
    public void Degrees_of_freedom_are_the_trace_of_the_gain() =>
        Assert.Equal(0.5 + 0.25, InnovationKeeper.DegreesOfFreedom([0.5, 1], [1, 4]), 1e-15);

    /// <summary>Scalar analyses with the gain of assumed variances, on errors of the true ones.</summary>
    private static InnovationKeeper Run(double trueB, double trueR, double b, double r)
    {
        const int m = 50_000;
        var (forecast, observed, analysis) = (new double[m], new double[m], new double[m]);
        new RandomSource(1).FillNormal(forecast);
        new RandomSource(2).FillNormal(observed);
        var gain = b / (b + r);
        for (var i = 0; i < m; i++)
        {
            (forecast[i], observed[i]) = (Math.Sqrt(trueB) * forecast[i], Math.Sqrt(trueR) * observed[i]);
            analysis[i] = forecast[i] + gain * (observed[i] - forecast[i]);
        }
        var keeper = new InnovationKeeper();
        double[] Constant(double value) => [.. Enumerable.Repeat(value, m)];
        keeper.Record(observed, Constant(r), forecast, Constant(b), analysis, Constant((1 - gain) * b));
        return keeper;
    }
}
