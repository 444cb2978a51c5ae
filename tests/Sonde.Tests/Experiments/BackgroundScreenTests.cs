using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Running;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Observing.Quality;
using Sonde.Tests.Files;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Experiments;

/// <summary>The background check inside the cycle, for every method.</summary>
public sealed class BackgroundScreenTests
{
    private const int Bad = 2, Value = 1;

    public static TheoryData<string> Methods => [.. SmokeMatrix.Methods.Keys.Where(method => !SmokeMatrix.ReadsFixedNetworks(method))];

    public static TheoryData<string> Encoders => [.. SmokeMatrix.Methods.Keys.Where(SmokeMatrix.ReadsFixedNetworks)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_value_far_from_the_forecast_is_as_if_it_had_not_been_there(string method)
    {
        var experiment = SmokeMatrix.Prepare("lorenz96", "every component");
        Observation[] spoiled = [.. experiment.Observations.Select(observation => Spoil(observation))];
        Observation[] clean = [.. spoiled.Select(o => o.Index == Bad ? o.Select([.. Enumerable.Range(0, o.Count).Where(i => i != Value)]) : o)];
        var screen = new BackgroundScreen(new BackgroundCheck(Threshold: 50), spoiled);
        var (expected, found) = (Run(method, experiment, clean, null), Run(method, experiment, spoiled, screen));
        Assert.Equal(expected.Analyses.Keys, found.Analyses.Keys);
        foreach (var k in expected.Analyses.Keys)
            Assert.Equal(expected.Analyses[k].MeanState, found.Analyses[k].MeanState);
        foreach (var k in expected.Smoothed.Keys)
            Assert.Equal(expected.Smoothed[k].MeanState, found.Smoothed[k].MeanState);
        Assert.Equal(1, screen.Count()[ObservationFate.BackgroundCheck]);
        Assert.Equal(4 * 8 - 1, screen.Count()[ObservationFate.Used]);
    }

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Where_a_network_needs_every_value_it_does_not_matter_how_far_one_is_off(string method)
    {
        var experiment = SmokeMatrix.Prepare("lorenz96", "every component");
        var (near, far) = (Analyses(1000), Analyses(-5000));
        Assert.Equal(near.Keys, far.Keys);
        foreach (var k in near.Keys)
            Assert.Equal(near[k].MeanState, far[k].MeanState);

        SortedDictionary<int, GaussianBelief> Analyses(double value)
        {
            Observation[] spoiled = [.. experiment.Observations.Select(observation => Spoil(observation, value))];
            var screen = new BackgroundScreen(new BackgroundCheck(Threshold: 50), spoiled);
            var recorder = Run(method, experiment, spoiled, screen);
            Assert.Equal(1, screen.Count()[ObservationFate.BackgroundCheck]);
            return recorder.Analyses;
        }
    }

    [Theory]
    [InlineData(BackgroundRule.Reject)]
    [InlineData(BackgroundRule.Moderate)]
    public void What_was_judged_is_restored(BackgroundRule rule)
    {
        var experiment = SmokeMatrix.Prepare("lorenz96", "every component");
        Observation[] spoiled = [.. experiment.Observations.Select(observation => Spoil(observation))];
        var check = new BackgroundCheck(rule, Threshold: 2, K: 1);
        var (before, after) = (new BackgroundScreen(check, spoiled), new BackgroundScreen(check, spoiled));
        Run("etkf", experiment, spoiled, before);
        after.Restore(before.Save(3), 3);
        for (var k = 0; k < 3; k++)
        {
            Assert.Equal(before.Observations[k].Values.ToArray(), after.Observations[k].Values.ToArray());
            Assert.Equal(before.Observations[k].Error.StandardDeviations.ToArray(), after.Observations[k].Error.StandardDeviations.ToArray());
        }
        Assert.Same(spoiled[3], after.Observations[3]);
        Assert.Equal(24, after.Count().Total);
        Assert.True(after.Count()[rule == BackgroundRule.Reject ? ObservationFate.BackgroundCheck : ObservationFate.Moderated] >= 1);
    }

    [Theory]
    [InlineData("etkf")]
    [InlineData("enks")]
    [InlineData("ienks")]
    public void A_run_that_was_stopped_continues_to_the_same_bits(string method)
    {
        using var folder = new ScratchFolder();
        var experiment = SmokeMatrix.Prepare("lorenz96", "a background check");
        MethodRun New() => new(SmokeMatrix.Method(method), experiment, new OutputConfig(AnalysisOutput.None), keepsHistory: true, new MethodCheckpoint(folder["a.checkpoint"]));
        var whole = SmokeMatrix.Run(method, experiment);
        Assert.Throws<OperationCanceledException>(() => New().Run(Workers.One, false, new SilentProgress(), method, new CancellationToken(canceled: true)));
        var continued = New();
        continued.Run(Workers.One, true, new SilentProgress(), method, CancellationToken.None);
        Assert.Equal(whole.Series.Find("rmse"), continued.Series.Find("rmse"));
        Assert.Equal(whole.Series.Find("consistency"), continued.Series.Find("consistency"));
        Assert.Equal(whole.Summarize().BackgroundCheck!["x"], continued.Summarize().BackgroundCheck!["x"]);
    }

    [Fact]
    public void Results_count_what_was_rejected()
    {
        var experiment = SmokeMatrix.Prepare("lorenz96", "a background check");
        var counts = SmokeMatrix.Run("etkf", experiment).Summarize().BackgroundCheck!;
        Assert.Equal(4 * 8, counts.Values.Sum(fates => fates.Values.Sum()));
    }

    [Fact]
    public void The_ledger_says_what_was_rejected_and_how_far_it_was_away()
    {
        var ledger = new ObservationLedger([new Reading(1, "x", 5, 1, Index: 0), new Reading(1, "x", 2, 1, Index: 1)]);
        var observation = new Observation
        {
            Index = 0, At = new GridTime(1), Operator = new ComponentOperator(2, [0, 1]), Values = new double[] { 5, 2 }, Error = new DiagonalError([1, 1]),
            Points = [null, null], Readings = new[] { 0, 1 },
        };
        var members = new Matrix<double>(2, 2);
        (members[0, 0], members[1, 0], members[0, 1], members[1, 1]) = (-1, 1, 0, 2);           // means 0 and 1, variances 2
        new BackgroundScreen(new BackgroundCheck(Threshold: 2), [observation], ledger).Judge(observation, new EnsembleBelief(members), members);
        Assert.Equal([ObservationFate.BackgroundCheck, ObservationFate.Used], ledger.Fates.ToArray());
        Assert.Equal([5.0, 1.0], ledger.Departures.ToArray());
    }

    private static BeliefRecorder Run(string method, PreparedExperiment experiment, Observation[] observations, BackgroundScreen? screen)
    {
        var heard = new BeliefRecorder();
        var cycle = new Cycle(
            SmokeMatrix.Trained(SmokeMatrix.Method(method), experiment).Method, experiment.Problem, experiment.Prior, observations, heard, new RandomSource(5), Workers.One, screen: screen);
        while (cycle.Advance())
        {
        }
        return heard;
    }

    private static Observation Spoil(Observation observation, double value = 1000)
    {
        if (observation.Index != Bad)
            return observation;
        var values = observation.Values.ToArray();
        values[Value] = value;
        return new Observation
        {
            Index = observation.Index, At = observation.At, Operator = observation.Operator, Values = values, Error = observation.Error,
            Points = observation.Points, Quantities = observation.Quantities,
        };
    }
}
