using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Files;
using Sonde.Experiments.Running;
using Sonde.Numerics;
using Sonde.Observing.Quality;
using Sonde.Verification;

namespace Sonde.Tests.Experiments;

/// <summary>One component, forecasts of known spread, observations drawn with another member: everything expected is known.</summary>
public sealed class InnovationRecorderTests
{
    private const int Members = 9;
    private const int Times = 4000;
    private static readonly Domain One = Domain.Unplaced("x");

    [Theory]
    [InlineData(1, 0.0, 30)]
    [InlineData(0.5, 300, 1e9)]
    public void Ranks_are_flat_where_the_forecast_is_right_and_not_where_it_is_too_narrow(double factor, double least, double most)
    {
        var recorder = Record(factor, 0, Times);
        var ranks = recorder.Ranks["x"];
        Assert.Equal((Members + 1, Times), (ranks.Counts.Count, ranks.Total));
        Assert.InRange(ranks.ChiSquare, least, most);           // 9 degrees of freedom: above 30 once in 2,000 times
    }

    [Fact]
    public void Actual_departures_are_as_large_as_expected_and_burn_in_is_left_out()
    {
        var scores = Record(1, 500, Times).Summarize()!["x"];
        Assert.Equal(Times - 500, scores.Count);
        Assert.Equal(0.5, scores.ObservationAssumed, 1e-12);
        Assert.Equal(scores.Expected * Math.Sqrt((1 + 1.0 / Members + 0.25) / 1.25), scores.Rmse, 0.04);        // the mean of few members errs too
        Assert.Equal(0, scores.Bias, 0.06);
    }

    [Fact]
    public void A_resumed_recorder_ends_with_the_same_numbers()
    {
        var whole = Record(1, 10, 200);
        var first = Record(1, 10, 120);
        var file = new Checkpoint();
        first.Save(file);
        var second = Recorder(10, 200);
        second.Restore(file);
        Play(second, 1, 120, 200, 200);
        Assert.Equal(whole.Summarize()!["x"], second.Summarize()!["x"]);
        Assert.Equal(whole.Ranks["x"].Counts, second.Ranks["x"].Counts);
        Assert.Equal(whole.Ledger!.Departures[..200].ToArray(), second.Ledger!.Departures[..200].ToArray());
        Assert.Equal(whole.Ledger.AnalysisDepartures[..200].ToArray(), second.Ledger.AnalysisDepartures[..200].ToArray());
    }

    private static InnovationRecorder Record(double factor, int burnIn, int times)
    {
        var recorder = Recorder(burnIn, Math.Max(times, 200));
        Play(recorder, factor, 0, times, Math.Max(times, 200));
        return recorder;
    }

    private static InnovationRecorder Recorder(int burnIn, int readings) => new(new ScoredTimes(burnIn), new ObservationLedger(Readings(readings)), new RandomSource(3));

    private static Reading[] Readings(int times)
    {
        var random = new RandomSource(11);
        return [.. Enumerable.Range(0, times).Select(k => new Reading(1 + k, "x", random.Fork(k).NextNormal() + 0.5 * random.Fork(k).Fork(1).NextNormal(), 0.5))];
    }

    private static void Play(InnovationRecorder recorder, double factor, int from, int to, int readings)
    {
        var observations = new ObservationSeries(new ObservationLedger(Readings(readings)), One, new TimeGrid(0, 1)).Used;
        var (mean, variance) = (new double[1], new double[1]);
        for (var k = from; k < to; k++)
        {
            var members = new Matrix<double>(Members, 1);
            new RandomSource(2).Fork(k).FillNormal(members.Values);
            for (var n = 0; n < Members; n++)
                members[n, 0] *= factor;
            var belief = new EnsembleBelief(members);
            belief.Mean(mean);
            belief.Variance(variance);
            recorder.OnForecast(observations[k], belief, members, mean, variance);
            recorder.OnAnalysis(observations[k], belief);
        }
    }
}
