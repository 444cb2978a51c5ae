using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Assimilation.Score;
using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

/// <summary>An ensemble score filter behind a recurrent encoder of the observations.</summary>
public sealed class LdEnsfTests
{
    private const int Length = 5;
    private static readonly LinearTwins Linear = new(Length);

    private static readonly Lazy<(LdEnsf Method, LearnedState Learned)> Trained = new(() =>
    {
        var method = new LdEnsf(20, 24, LatentNoise: LatentNoise.Component, Training: new(2000, Epochs: 30, Batch: 50, Rate: 1e-2, Noise: true, Average: 0.99, Calibration: 4000));
        return (method, Schooling.Train(method, Linear));
    });

    [Theory]
    [InlineData(200, 128, 10, 170_250)]
    [InlineData(300, 256, 12, 574_476)]
    [InlineData(384, 512, 52, 1_865_780)]
    public void The_encoders_have_as_many_weights_as_published(int values, int hidden, int width, int count) =>
        Assert.Equal(count, new ObservationMemory(values, hidden, 40, width).Network.WeightCount);

    [Fact]
    public void Values_read_one_time_after_the_other_give_the_rows_of_the_whole_series()
    {
        var encoder = new ObservationMemory(3, 7, 4, 2);
        var (weights, series, rows) = (new Matrix<float>(1, encoder.Network.WeightCount), new Matrix<float>(1, 12), new Matrix<float>(1, 8));
        encoder.Network.Initialize(weights.Values, new RandomSource(1));
        new RandomSource(2).FillNormal<float>(series.Values);
        encoder.Network.With(weights).Evaluate(series, rows);
        var (state, row) = (new Matrix<double>(1, encoder.StateWidth), new double[2]);
        for (var k = 0; k < 4; k++)
        {
            encoder.Read(weights, new Matrix<float>(new ReadOnlyBatch<float>(series.Values.Slice(3 * k, 3))), state, row);
            Assert.Equal(rows[0, 2 * k], row[0], 1e-6);
            Assert.Equal(rows[0, 2 * k + 1], row[1], 1e-6);
        }
    }

    /// <summary>The best estimate of a state from a linear system's readings so far is the Kalman filter's, so its error is the least.</summary>
    [Fact]
    public void The_encoder_of_a_linear_system_makes_the_errors_of_a_Kalman_filter()
    {
        var statistics = Trained.Value.Learned.Statistics;
        for (var i = 0; i < 2; i++)
        {
            var least = Math.Sqrt(Linear.Deviations().Average(deviation => deviation[i] * deviation[i]));
            Assert.InRange(statistics["latent noise"][0, i] * statistics["latent deviation"][0, i] / least, 0.97, 1.06);
        }
    }

    [Fact]
    public void The_filter_is_about_as_far_off_as_a_Kalman_filter_and_knows_it()
    {
        var (square, least, spread) = Score(Trained.Value.Method.With(Trained.Value.Learned));
        Assert.InRange(Math.Sqrt(square / least), 1.0, 1.45);       // a prior that is forgotten by 0.37 a time
        Assert.InRange(Math.Sqrt(spread / square), 0.5, 1.5);
    }

    /// <summary>
    /// Whatever the encoder's error: 0.367 of the way to its row with 100 steps, members to members, and 1.57 of its standard deviation left, which follows
    /// from the coefficients of the steps.
    /// </summary>
    [Theory]
    [InlineData(0.01, 0.02)]
    [InlineData(0.5, 0.2)]
    public void An_update_goes_a_fixed_part_of_the_way(double alphaFloor, double noise)
    {
        const int Members = 20_000;
        var update = new LatentUpdate(new LdEnsf(AlphaFloor: alphaFloor).Filter, new([5, -1], [2, 0.1]), [noise, 2 * noise], null);
        var members = new Matrix<double>(Members, 2);
        for (var n = 0; n < Members; n++)
            (members[n, 0], members[n, 1]) = (5, -1);                   // 0 in units of the deviations
        var observation = new Observation
        {
            Index = 0, At = new GridTime(1), Operator = new IdentityOperator(1), Values = new[] { 0.0 }, Error = new DiagonalError(1, 1), Points = [null],
        };
        var window = new AssimilationWindow
        {
            System = Linear.Problem.System, Grid = Linear.Problem.Grid, Start = default, NextStart = default, Observations = [observation], FirstNew = 0, Leaving = 0,
            IsLast = true, Observer = new BeliefRecorder(),
        };
        Assert.True(update.Apply(members, [1, 1], observation, window, new RandomSource(1)));
        var moments = BeliefConversion.ToGaussian(new EnsembleBelief(members));
        for (var i = 0; i < 2; i++)
        {
            var (unit, sigma) = (i == 0 ? 2 : 0.1, (i + 1) * noise);
            Assert.Equal(0.367, (moments.MeanState[i] - (i == 0 ? 5 : -1)) / unit, 0.002 + 0.05 * sigma);
            Assert.Equal(alphaFloor < 0.1 ? 1.568 : 1.529, Math.Sqrt(moments.Covariance![i, i]) / unit / sigma, 0.03);
        }
    }

    [Fact]
    public void With_the_published_scaling_an_encoder_taken_for_exact_is_followed_and_one_taken_for_poor_is_not()
    {
        var (method, learned) = Trained.Value;
        var (followed, least, _) = Score((method with { Scaling = 100, Noise = 0.001 }).With(learned));
        var (ignored, _, _) = Score((method with { Scaling = 100, Noise = 1 }).With(learned));
        Assert.InRange(Math.Sqrt(followed / least), 0.9, 1.3);
        Assert.True(ignored > 2 * followed, $"{ignored} against {followed}");
    }

    [Fact]
    public void Parameters_are_found_in_the_latent_rows_of_a_surrogate_from_readings_of_the_fields_of_truths()
    {
        var surrogate = SmallSurrogate.Make(SmallSurrogate.Trunk);
        var twins = new SurrogateTwins(surrogate, 6);
        var method = new LdEnsf(20, 24, Training: new(400, Epochs: 100, Batch: 40, Rate: 1e-2, Noise: true, Average: 0.98));
        var learned = Schooling.Train(method, twins);
        Assert.Equal(surrogate.Width, learned.Statistics["latent mean"].Width);
        var (random, truths) = (new RandomSource(9), new Matrix<double>(30, twins.Length * twins.TruthWidth));
        twins.Simulate(truths, random.Fork("truths"));
        var (error, usual) = (0.0, 0.0);
        for (var row = 0; row < truths.Rows; row++)
        {
            var belief = Run(method.With(learned), twins, truths[row], surrogate.DefaultPrior is { } prior ? new GaussianPrior(prior.Mean, prior.StandardDeviation) : null!, row)[^1];
            for (var p = 0; p < 2; p++)
            {
                var range = surrogate.Ranges[p];
                error += Math.Pow((belief.MeanState[surrogate.LatentWidth + p] - truths[row][^(2 - p)]) / range.HalfWidth, 2);
                usual += Math.Pow((range.Center - truths[row][^(2 - p)]) / range.HalfWidth, 2);
            }
        }
        Assert.InRange(Math.Sqrt(error / usual), 0, 0.6);
    }

    [Fact]
    public void Threads_do_not_change_what_is_learned()
    {
        var method = new LdEnsf(Hidden: 8, Training: new(70, Epochs: 3, Batch: 33, Noise: true, Calibration: 3));
        Assert.Equal(Schooling.Train(method, Linear).Weights.Values, Schooling.Train(method, Linear, threads: 3).Weights.Values);
    }

    [Fact]
    public void A_run_continued_between_two_times_remembers_what_was_read()
    {
        var (method, random) = (Trained.Value.Method.With(Trained.Value.Learned), new RandomSource(4));
        var truth = new Matrix<double>(1, 2 * Length);
        Linear.Simulate(truth, random);
        var observations = Linear.Observe(truth[0], random);
        var (whole, rest) = (new BeliefRecorder(), new BeliefRecorder());
        var cycle = new Cycle(method, Linear.Problem, LinearTwins.Prior, observations, whole, random, Workers.One);
        cycle.Advance();
        cycle.Advance();
        var ensemble = (EnsembleBelief)cycle.Belief;
        var saved = new EnsembleBelief(ensemble.Members.Copy(), null, ensemble.Memory.ToDictionary(pair => pair.Key, pair => pair.Value.Copy()));
        var continued = new Cycle(method, Linear.Problem, LinearTwins.Prior, observations, rest, random, Workers.One, cycle.Window, saved);
        while (cycle.Advance() && continued.Advance())
        {
        }
        Assert.Equal(whole.Analyses[Length - 1].MeanState, rest.Analyses[Length - 1].MeanState);
    }

    [Fact]
    public void Networks_that_change_are_refused_in_a_sentence()
    {
        var method = new LdEnsf(Training: new(4, Epochs: 1));
        Assert.StartsWith(
            "An encoder reads the same places at each time, but 2 and 1 values are observed at observation times 0 and 3.", Refused(new LinearTwins(Length, k => k < 3 ? [0, 1] : [0])), StringComparison.Ordinal);
        Assert.Contains("other places or quantities are observed at observation times 0 and 1", Refused(new LinearTwins(Length, k => [k % 2])), StringComparison.Ordinal);
        Assert.Contains("Nothing is observed at any time", Refused(new LinearTwins(Length, _ => [])), StringComparison.Ordinal);
        Assert.Equal(2, new LdEnsf(Hidden: 3, Training: new(4, Epochs: 1)).Prepare(new LinearTwins(Length, k => k is 1 or 4 ? [0] : []), new RandomSource(1), Workers.One).Network.OutputWidth / 2);

        string Refused(LinearTwins twins) => Assert.Throws<ArgumentException>(() => method.Prepare(twins, new RandomSource(1), Workers.One)).Message;
    }

    [Fact]
    public void What_the_encoder_cannot_read_ends_the_run_with_a_reason()
    {
        var method = Trained.Value.Method.With(Trained.Value.Learned);
        var (truth, random) = (new Matrix<double>(1, 2 * (Length + 1)), new RandomSource(4));
        Assert.Contains("The encoder reads 1 values at each time, but 2 are observed at observation 2.", Reason(new LinearTwins(Length, k => k == 2 ? [0, 1] : [0])), StringComparison.Ordinal);
        Assert.Contains("The encoder was trained at 5 times from 1 to 5, which do not include 6.", Reason(new LinearTwins(Length + 1)), StringComparison.Ordinal);
        var error = Assert.Throws<ArgumentException>(() => new LdEnsf(Hidden: 3).With(Trained.Value.Learned));
        Assert.Contains("The network has 80 weights", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new LdEnsf().Assimilate(null!, null!, random));

        string? Reason(LinearTwins twins)
        {
            twins.Simulate(truth.All.Slice(0, 1), random);
            var observations = twins.Observe(truth[0][..(2 * twins.Length)], random);
            var cycle = new Cycle(method, twins.Problem, LinearTwins.Prior, observations, new BeliefRecorder(), random, Workers.One);
            while (cycle.Advance())
            {
            }
            Assert.Equal(AnalysisStatus.Diverged, cycle.Last!.Status);
            return cycle.Last.Reason;
        }
    }

    /// <summary>Mean squares, over truths never seen, of the error at all times, of a Kalman filter's, and of the spread.</summary>
    private static (double Square, double Least, double Spread) Score(IAssimilationMethod method)
    {
        const int Truths = 200;
        var (random, truths) = (new RandomSource(7), new Matrix<double>(Truths, 2 * Length));
        Linear.Simulate(truths, random.Fork("truths"));
        var (square, spread) = (0.0, 0.0);
        for (var row = 0; row < Truths; row++)
        {
            var beliefs = Run(method, Linear, truths[row], LinearTwins.Prior, row);
            for (var k = 0; k < Length; k++)
            {
                square += Math.Pow(TensorPrimitives.Distance<double>(beliefs[k].MeanState, truths[row].Slice(2 * k, 2)), 2) / (Truths * Length);
                spread += (beliefs[k].Covariance![0, 0] + beliefs[k].Covariance![1, 1]) / (Truths * Length);
            }
        }
        return (square, Linear.Deviations().Average(deviation => TensorPrimitives.SumOfSquares<double>(deviation)), spread);
    }

    private static GaussianBelief[] Run(IAssimilationMethod method, ITwinSource twins, ReadOnlySpan<double> truth, IPrior prior, int seed)
    {
        var recorder = new BeliefRecorder();
        var cycle = new Cycle(method, twins.Problem, prior, twins.Observe(truth, new RandomSource(seed).Fork("readings")), recorder, new RandomSource(seed), Workers.One);
        while (cycle.Advance())
        {
        }
        Assert.Equal(AnalysisStatus.Sound, cycle.Last!.Status);
        return [.. recorder.Analyses.Values];
    }
}
