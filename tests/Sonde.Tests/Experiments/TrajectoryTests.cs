using System.Globalization;
using Sonde.Assimilation;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Report;
using Sonde.Experiments.Running;
using Sonde.Numerics;
using Sonde.Tests.Files;

namespace Sonde.Tests.Experiments;

/// <summary>Experiments of many independent truths.</summary>
public sealed class TrajectoryTests
{
    private const string Lorenz = """
        name: many
        seed: 5
        system: { kind: lorenz63, modelError: 0.5 }
        time: { step: 0.025, spinUp: 10, cycles: 12, burnIn: 2, trajectories: 6 }
        observations: { every: 0.05, fields: [x], locations: { scattered: [3, 8] }, noise: 0.5, qualityControl: { backgroundCheck: { threshold: 3 } } }
        background: { kind: perturbed-truth, sd: 1 }
        output: { checkpointSeconds: 0 }
        methods: [{ kind: etks, members: 10 }, { kind: letkf, members: 8, rotate: true }]

        """;

    [Fact]
    public void A_trajectory_does_not_depend_on_how_many_there_are()
    {
        var (one, three, six) = (Prepare(Lorenz, 1), Prepare(Lorenz, 3), Prepare(Lorenz, 6));
        Assert.Equal((12, 6), (six.Times, six.Trajectories));
        Assert.Equal(one.Truth!.Values.ToArray(), six.First.Truth!.Values.ToArray());
        Assert.Equal(three.Truth!.Values.ToArray(), six.Truth!.All.Slice(0, 36).Values.ToArray());
        for (var position = 0; position < 36; position++)
        {
            Assert.Equal(three.Observations[position].Values.ToArray(), six.Observations[position].Values.ToArray());
            Assert.Equal(position % 12, six.Observations[position].Index);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_tail_is_left_out_of_scores(int trajectories)
    {
        using var folder = new RunFolder();
        var text = Lorenz.Replace("{ kind: etks, members: 10 }, ", "", StringComparison.Ordinal).Replace("trajectories: 6", $"trajectories: {trajectories}", StringComparison.Ordinal);
        folder.Write("tail.yaml", text.Replace("burnIn: 2", "burnIn: 2, tail: 3", StringComparison.Ordinal));
        folder.Write("all.yaml", text);
        var (cut, all) = (folder.Run("tail.yaml", "tail").Summary!.Methods[0], folder.Run("all.yaml", "all").Summary!.Methods[0]);
        var lines = File.ReadAllLines(folder.File("all", "diagnostics.csv")).Select(line => line.Split(',')).ToArray();
        var (cycle, rmse) = (Array.IndexOf(lines[0], "cycle"), Array.IndexOf(lines[0], "rmse"));
        var scored = lines[1..].Where(cells => int.Parse(cells[cycle], CultureInfo.InvariantCulture) is >= 2 and < 9).Select(cells => double.Parse(cells[rmse], CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(7 * trajectories, scored.Length);
        Assert.Equal(scored.Average(), cut.Rmse, 1e-12);
        Assert.True(cut.Innovations!["x"].Count < all.Innovations!["x"].Count);
        Assert.NotEqual(all.Rmse, cut.Rmse);
    }

    [Fact]
    public void Trajectories_share_neither_truth_nor_places_nor_errors_nor_background()
    {
        var many = Prepare(Lorenz, 40);
        var places = Enumerable.Range(0, 40).Select(k => string.Join(' ', many.Of(k).Select(o => o.Count))).ToArray();
        Assert.True(places.Distinct().Count() > 35);
        Assert.All(Enumerable.Range(0, 40), k => Assert.InRange(many.Of(k).Sum(o => o.Count), 3, 8));
        Assert.Equal(6, Enumerable.Range(0, 40).Select(k => many.Of(k).Sum(o => o.Count)).Distinct().Count());
        Assert.Equal(40, many.Priors.Select(prior => prior.Moments().MeanState[0]).Distinct().Count());
        // starts on the attractor of independent truths: correlations of neighbors are chance, (1/40)^½ each
        var starts = Enumerable.Range(0, 40).Select(k => many.Truth![k * 12, 0]).ToArray();
        var correlation = Enumerable.Range(1, 39).Average(k => starts[k] * starts[k - 1]) / starts.Average(x => x * x);
        Assert.InRange(correlation, -0.5, 0.5);
    }

    [Fact]
    public void A_background_may_be_spun_up_with_the_truth()
    {
        const string Rotor = """
            name: decay
            seed: 3
            system: { kind: pendulum, friction: 0.8 }
            time: { step: 0.05, spinUp: 6, cycles: 3, trajectories: 200 }
            observations: { every: 0.05, noise: 0.1 }
            background: { kind: prior, mean: [0, 0], sd: [0.02, 0.02], spinUp: 6 }
            methods: [{ kind: etkf, members: 10 }]

            """;
        var (spunUp, raw) = (Prepare(Rotor, 200), Prepare(Rotor.Replace(", spinUp: 6 }", " }", StringComparison.Ordinal), 200));
        var (members, truths, variance) = (new Matrix<double>(2000, 2), new Matrix<double>(200, 2), new double[2]);
        spunUp.Prior.Sample(members, new RandomSource(1));
        for (var k = 0; k < 200; k++)
            spunUp.Truth![k * 3].CopyTo(truths[k]);
        spunUp.Prior.Moments().Variance(variance);
        // θ″ = −2θ − 0.8θ′ for small angles, from independent N(0, 0.02²) of θ and θ′
        var frequency = Math.Sqrt(2 - 0.4 * 0.4);
        var (cosine, sine) = (Math.Cos(6 * frequency), Math.Sin(6 * frequency) / frequency);
        var expected = 0.02 * Math.Exp(-0.4 * 6) * Math.Sqrt((cosine + 0.4 * sine) * (cosine + 0.4 * sine) + sine * sine);
        Assert.Equal(1, Angle(members) / expected, 0.05);
        Assert.Equal(1, Angle(truths) / expected, 0.15);
        Assert.Equal(1, Math.Sqrt(variance[0]) / expected, 0.15);
        raw.Prior.Moments().Variance(variance);
        Assert.Equal(0.02, Math.Sqrt(variance[0]), 1e-12);

        static double Angle(Matrix<double> rows) => Math.Sqrt(Enumerable.Range(0, rows.Rows).Average(n => rows[n, 0] * rows[n, 0]));
    }

    [Fact]
    public void A_truth_may_have_a_level_that_methods_never_see()
    {
        const string text = """
            name: levels
            seed: 5
            system: SYSTEM
            truth: { kind: two-level-lorenz96, size: 8, fastPerSite: 3 }
            time: { step: 0.005, spinUp: 2, cycles: 5, trajectories: 2 }
            observations: { every: 0.05, locations: [0, 3], noise: 0.5 }
            methods: [{ kind: etkf, members: 10 }]

            """;
        PreparedExperiment Of(string system) => Prepare(text.Replace("SYSTEM", system, StringComparison.Ordinal), 2);
        var (slow, all) = (Of("{ kind: lorenz96, size: 8, forcing: 10 }"), Of("{ kind: two-level-lorenz96, size: 8, fastPerSite: 3 }"));
        Assert.Equal((10, 8), (slow.Truth!.Rows, slow.Truth.Width));
        for (var row = 0; row < 10; row++)
            Assert.Equal(all.Truth![row][..8].ToArray(), slow.Truth[row].ToArray());
        Assert.Equal(8, slow.Observations[0].Operator.InputWidth);
        Assert.Contains("begins with the system's fields", Assert.Throws<InputException>(() => Of("{ kind: lorenz96, size: 7 }")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_climatological_mean_scores_1_in_normalized_units()
    {
        using var folder = new RunFolder();
        folder.Write("climate.yaml", """
            name: climate
            seed: 2
            system: { kind: lorenz63 }
            time: { step: 0.025, spinUp: 20, cycles: 4, trajectories: 1000 }
            observations: { every: 0.025, noise: 1, locations: { scattered: 3 } }
            methods: [{ kind: climatology }]

            """);
        var climatology = folder.Run("climate.yaml", "out").Summary!.Methods[0];
        Assert.Equal(1, climatology.NormalizedRmse, 0.03);
        Assert.InRange(climatology.StandardErrors["normalizedRmse"], 0.005, 0.04);
        Assert.InRange(climatology.Medians!["normalizedRmse"], 0.8, 1);
        Assert.Empty(climatology.DivergedTrajectories!);
    }

    [Fact]
    public void Averages_and_their_errors_are_those_of_the_table_of_trajectories()
    {
        using var folder = new RunFolder();
        folder.Write("many.yaml", Lorenz);
        var summary = folder.Run("many.yaml", "out").Summary!;
        Assert.Equal((12, 6), (summary.Cycles, summary.Trajectories));
        var rows = File.ReadAllLines(folder.File("out", "trajectories.csv")).Select(line => line.Split(',')).ToArray();
        Assert.Equal(1 + 2 * 6, rows.Length);
        var rmse = rows[1..7].Select(row => double.Parse(row[Array.IndexOf(rows[0], "smoothedRmse")], CultureInfo.InvariantCulture)).ToArray();
        var mean = rmse.Average();
        Assert.Equal(mean, summary.Methods[0].SmoothedRmse, 1e-12);
        Assert.Equal(Math.Sqrt(rmse.Sum(x => (x - mean) * (x - mean)) / 5 / 6), summary.Methods[0].StandardErrors["smoothedRmse"], 1e-12);
        var square = rows[1..7].Average(row => Math.Pow(double.Parse(row[Array.IndexOf(rows[0], "normalizedRmse")], CultureInfo.InvariantCulture), 2));
        Assert.Equal(Math.Sqrt(square), summary.Methods[0].NormalizedRmse, 1e-12);
        var diagnostics = File.ReadAllLines(folder.File("out", "diagnostics.csv"));
        Assert.Equal(1 + 2 * 6 * 12, diagnostics.Length);
        Assert.StartsWith("method,trajectory,cycle,time,", diagnostics[0], StringComparison.Ordinal);
        Assert.StartsWith("etks,1,0,0.05,", diagnostics[13], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(13)]
    public void A_run_that_is_stopped_and_resumed_ends_with_the_same_bits(int reports)
    {
        using var folder = new RunFolder();
        folder.Write("many.yaml", Lorenz);
        folder.Run("many.yaml", "whole", threads: 2);
        Assert.True(folder.RunInPieces("many.yaml", "pieces", reports) >= 3);
        Assert.Equal(folder.Summary("whole"), folder.Summary("pieces"));
        Assert.Equal(File.ReadAllText(folder.File("whole", "diagnostics.csv")), File.ReadAllText(folder.File("pieces", "diagnostics.csv")));
    }

    [Fact]
    public void A_trajectory_that_diverges_is_counted_and_left_out_and_stops_no_other()
    {
        var experiment = Prepare(Lorenz, 6);
        var threshold = Enumerable.Range(0, 6).Select(k => experiment.Priors[k].Moments().MeanState[0]).Order().ElementAt(1);
        var entry = new MethodEntry("etkf", "etkf", new FailsBelow(threshold), ConfigNode.Mapping());
        var run = new MethodRun(entry, experiment, new OutputConfig(), keepsHistory: true, null);
        run.Run(Workers.One, false, new SilentProgress(), "etkf", CancellationToken.None);
        var summary = run.Summarize();
        Assert.False(summary.Diverged);
        Assert.Equal(2, summary.DivergedTrajectories!.Count);
        Assert.All(summary.DivergedTrajectories, one => Assert.Equal((false, 0, "too low"), (one.IsScored, one.Cycle, one.Reason)));
        var sound = Enumerable.Range(0, 6).Where(k => !run.Outcomes[k].HasFailed).ToArray();
        Assert.Equal(sound.Average(k => run.Series.Find("rmse")!.Skip(12 * k + 2).Take(10).Average()), summary.Rmse, 1e-12);
        Assert.True(summary.Medians!["rmse"] > sound.Select(k => run.Scores.Of("rmse", k)).Order().ElementAt(1));
        Assert.Equal(4 * 12 + 2, run.Used);
        var shown = ReportTrajectories.Of(run, experiment);
        Assert.Equal(sound, Enumerable.Range(0, 6).Where(k => !double.IsNaN(shown.Single(score => score.Name == "rmse").Values[k])));
        Assert.Equal(sound.Select(k => run.Scores.Of("normalizedRmse", k)), sound.Select(k => shown.Single(score => score.Name == "normalizedRmse").Values[k]));
        Assert.Equal(summary.Spread / summary.Rmse, sound.Average(k => shown.Single(score => score.Name == "spreadErrorRatio").Values[k]), 0.5);
        Assert.Contains(shown, score => score.Name == "seconds");
    }

    [Fact]
    public void States_of_the_first_few_trajectories_are_kept_for_the_report_and_survive_stops()
    {
        using var folder = new ScratchFolder();
        var experiment = Prepare(Lorenz, 6);
        MethodRun run;
        var stops = -1;
        do
        {
            stops++;
            run = new MethodRun(SmokeMatrix.Method("etkf"), experiment, new OutputConfig(AnalysisOutput.None), keepsHistory: true, new MethodCheckpoint(folder["a.checkpoint"]));
        }
        while (IsStopped(run));
        Assert.True(stops > 60);
        double[] times = [.. experiment.Of(0).Select(observation => experiment.Problem.Grid.TimeOf(observation.At))];
        var components = ReportStates.Components(experiment, [run], times);
        Assert.Equal(Enumerable.Range(0, 5).SelectMany(k => new[] { (k, "x"), (k, "y"), (k, "z") }), components.Select(c => (c.Trajectory, c.Name)));
        for (var k = 0; k < 5; k++)
        {
            var own = components.Where(c => c.Trajectory == k).ToArray();
            Assert.Equal(experiment.Of(k).Sum(observation => observation.Count), own.Sum(c => c.ObservationValues.Length));
            for (var t = 0; t < 12; t++)
                Assert.Equal(run.Series.Find("rmse")![12 * k + t], Math.Sqrt(own.Average(c => Math.Pow(c.Bands[0].Mean[t] - c.Truth![t], 2))), 1e-12);
        }

        static bool IsStopped(MethodRun run)
        {
            try
            {
                run.Run(Workers.One, true, new SilentProgress(), "etkf", new CancellationToken(canceled: true));
                return false;
            }
            catch (OperationCanceledException)
            {
                return true;
            }
        }
    }

    [Fact]
    public void Components_are_shown_of_fewer_trajectories_where_they_are_too_much()
    {
        Assert.Equal([5, 5, 2, 1, 1], new long[] { 0, 50_000, 100_000, 200_000, 1_000_000 }.Select(values => ReportThinning.Trajectories(5, values)));
        Assert.Equal([3, 5, 1], new[] { (3, 32, 3), (1000, 32, 3), (1000, 32, 4000) }.Select(one => StateHistory.Trajectories(one.Item1, one.Item2, one.Item3)));
    }

    private static PreparedExperiment Prepare(string text, int trajectories) => Preparation.Prepare(
        new Binder(Catalog.Kinds).Bind<ExperimentConfig>(YamlFile.Parse(text.Replace("trajectories: 6", $"trajectories: {trajectories}", StringComparison.Ordinal), "many.yaml")),
        "", climatology: false);

    /// <summary>A filter that does not like low beginnings.</summary>
    private sealed record FailsBelow(double Threshold) : IAssimilationMethod
    {
        private readonly IAssimilationMethod filter = SmokeMatrix.Method("etkf").Method;

        public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) =>
            prior.Moments().MeanState[0] <= Threshold ? prior.Moments() : filter.Begin(problem, prior, random);

        public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) => background is GaussianBelief
            ? new Analysis(background, AnalysisStatus.Diverged, "too low")
            : filter.Assimilate(window, background, random);
    }
}
