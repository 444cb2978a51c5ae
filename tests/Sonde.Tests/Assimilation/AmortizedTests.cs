using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Amortized;
using Sonde.Assimilation.Learned;
using Sonde.Calculus;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Running;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

/// <summary>CODA and its uncertain form: losses, covariances, calibration, training.</summary>
public sealed class AmortizedTests
{
    private static readonly SpaceTimeResidual Small = new(6, [1], Averages: 2);
    private static readonly AmortizedTraining Short = new(Trajectories: 1, Length: 400, Epochs: 4, Batch: 8, Span: 4, Rate: 1e-2, Validation: 32, Calibration: 60, Clip: 1);

    public static TheoryData<string> Methods => [.. All.Keys];

    private static Dictionary<string, ILearnedMethod> All => new()
    {
        ["coda"] = new Coda(5, 3, Network: Small, Training: Short),
        ["coda with the released network"] = new Coda(3, 3, 0.5, 1, new TimePooledUNet(4), Training: Short),
        ["vi-coda"] = new ViCoda(5, 3, Network: Small, Training: Short),
        ["vi-coda of low rank"] = new ViCoda(5, 3, 0.4, 1, AmortizedCovariance.LowRank, Network: Small, Training: Short),
        ["vi-coda of neighborhoods"] = new ViCoda(5, 3, Covariance: AmortizedCovariance.Neighborhood, Rank: 3, Network: Small, Training: Short),
        ["vi-coda with the truth"] = new ViCoda(3, 3, Network: new TimePooledUNet(4, Border.Cylinder, EncoderInput.Standardized, 2), Training: Short with { Supervised = true }),
        ["vi-coda with its forcing learned"] = new ViCoda(5, 3, Network: Small, Training: Short, Learn: [new("forcing", 7, 0.1)]),
        ["vi-coda with a network in the tendency"] = new ViCoda(5, 3, Network: Small, Training: Short, Tendency: new([4, 3], 2)),
        ["vi-coda with windows observed anew"] = new ViCoda(5, 3, Network: Small, Training: Short with { Redraw = true, Samples = 40 }),
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_gradient_of_the_loss_is_the_limit_of_differences(string name)
    {
        var learning = All[name].Prepare(Twins(), new RandomSource(1), Workers.One);
        var stage = learning.Stages[^1];
        var weights = new Matrix<float>(1, learning.Network.WeightCount);
        new RandomSource(2).FillNormal(weights.Values);
        TensorPrimitives.Multiply(weights.Values, 0.15f, weights.Values);
        var loss = new MeanLoss<float>(weights.Width, 8, stage.Loss, new RandomSource(3), Workers.One);
        var at = weights.Values.ToArray().Select(w => (double)w).ToArray();
        var (gradient, unused) = (new double[at.Length], new double[at.Length]);
        loss.Evaluate(at, gradient);
        var norm = TensorPrimitives.Norm<double>(gradient);
        var h = 2e-3;
        double Moved(double by) => loss.Evaluate([.. at.Zip(gradient, (w, g) => w + by * g / norm)], unused);
        Assert.Equal(norm, (Moved(h) - Moved(-h)) / (2 * h), 0.03 * norm);
    }

    [Fact]
    public void The_weight_of_consistency_makes_the_loss_a_bound_on_the_likelihood()
    {
        // 2 s² n / N with errors of deviation 0.5, 8 components and 4 values at each of 21 times
        var learning = (AmortizedLearning)new ViCoda(5, 20, Network: Small, Training: Short).Prepare(Twins(), new RandomSource(1), Workers.One);
        Assert.Equal(2 * 0.25 * 8 / (4 * 21), learning.Alpha, 1e-12);
        Assert.Equal(0.5, ((AmortizedLearning)new Coda(5, 20, 0.5, Network: Small, Training: Short).Prepare(Twins(), new RandomSource(1), Workers.One)).Alpha);
    }

    [Theory]
    [InlineData(AmortizedCovariance.Diagonal, 1)]
    [InlineData(AmortizedCovariance.LowRank, 3)]
    [InlineData(AmortizedCovariance.Neighborhood, 2)]
    public void Densities_and_draws_are_those_of_the_covariance(AmortizedCovariance form, int rank)
    {
        const int n = 5, draws = 20_000;
        var spread = new GaussianSpread(form, rank, EncoderInput.Standardized, [1, 2, 1, 0.5, 3]);
        var numbers = new Matrix<float>(1, spread.Numbers * n);
        new RandomSource(1).FillNormal(numbers.Values);
        TensorPrimitives.Multiply(numbers.Values, 4, numbers.Values);
        var variance = new double[n];
        var directions = spread.Read(numbers.Values, variance);
        var covariance = new Matrix<double>(n, n);
        if (directions is not null)
            Dense.MultiplyTransposedLeft(1.0, directions, directions, 0, covariance);
        for (var i = 0; i < n; i++)
            covariance[i, i] += variance[i];
        var departure = new Matrix<double>(new ReadOnlyBatch<double>([0.3, -1, 0.5, 0.2, 1.5]));
        var factor = covariance.Copy();
        Assert.True(Cholesky.Factor<double>(factor));
        var solved = departure.Copy();
        Cholesky.Solve<double>(factor, solved);
        var expected = 0.5 * (Math.Log(2 * Math.PI) + (Cholesky.LogDeterminant<double>(factor) + TensorPrimitives.Dot<double>(departure.Values, solved.Values)) / n);
        var tape = new Tape<float>();
        var (mean, states) = (new Matrix<float>(1, n), new Matrix<float>(1, n));
        mean.Values.Fill(7);
        for (var i = 0; i < n; i++)
            states.Values[i] = 7 + (float)departure.Values[i];
        Assert.Equal(expected, spread.Cost(new(tape.Constant(mean), tape.Constant(numbers)), tape.Constant(states)).Number, 1e-4 * Math.Abs(expected) + 1e-4);

        var (means, all) = (new Matrix<float>(draws, n), new Matrix<float>(draws, numbers.Width));
        for (var row = 0; row < draws; row++)
            numbers.Values.CopyTo(all[row]);
        var sample = spread.Sample(new(tape.Constant(means), tape.Constant(all)), new RandomSource(2)).Value;
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
            {
                var sum = 0.0;
                for (var row = 0; row < draws; row++)
                    sum += sample[row][i] * sample[row][j] / draws;
                Assert.Equal(covariance[i, j], sum, 0.05 * Math.Sqrt(covariance[i, i] * covariance[j, j]));
            }
    }

    [Fact]
    public void A_trained_method_knows_more_than_observations_and_how_much()
    {
        var method = new ViCoda(8, 5, Network: new SpaceTimeResidual(8, [1, 2], Averages: 2), Training: Short with { Length = 2000, Epochs = 10, Falling = true, Calibration = 200 });
        var (rmse, spread) = Scores(method, out var summary);
        Assert.True(rmse < 0.4, $"{rmse}: a component is observed with errors of 0.5 at half of the times");
        Assert.InRange(spread / rmse, 0.8, 1.25);
        Assert.Equal(300, summary);
    }

    [Fact]
    public void A_refined_estimate_is_better_and_its_spread_needs_no_factor()
    {
        static ViCoda Method(int refinements) => new(8, 3, Network: Small, Recalibrate: Recalibration.None, Refinements: refinements, Training: Short);
        var (rmse, _) = Scores(Method(0), out _);
        var (refined, spread) = Scores(Method(3), out _);
        Assert.True(refined < 0.7 * rmse, $"{refined} after {rmse}");
        Assert.InRange(spread / refined, 0.85, 1.15);
    }

    [Fact]
    public void A_factor_from_observations_alone_is_that_from_the_truth()
    {
        LearnedState Learned(Recalibration by) => Train(new Coda(5, 3, Network: Small, Recalibrate: by, Training: Short with { Length = 2000, Calibration = 400 }), Workers.One);
        double Factor(Recalibration by) => Learned(by).Statistics[TrainedAmortized.Factor].Values[0];
        var (blind, informed) = (Factor(Recalibration.Observations), Factor(Recalibration.Truth));
        Assert.InRange(blind / informed, 0.75, 1.5);            // the window without its center knows a little less
        Assert.False(Learned(Recalibration.None).Statistics.ContainsKey(TrainedAmortized.Factor));
    }

    [Fact]
    public void A_wrong_forcing_is_found_from_observations_alone_and_states_refined_with_it()
    {
        // truths have a forcing of 8; the system that methods know has 4
        var method = new ViCoda(
            8, 5, Network: Small, Recalibrate: Recalibration.None, Refinements: 4, Training: Short with { Length = 2000, Epochs = 3 }, Learn: [new("forcing", 5, 0.05)]);
        var experiment = Experiment(4);
        var learned = Train(method, Workers.One, 4);
        var ready = method.With(learned);
        var (forcing, sd) = (((ILearnedMethod)ready).LearnedParameters["forcing"], learned.Statistics[LearnedModel.Saved][1, 0]);
        Assert.InRange(forcing, 7.96, 8.04);
        Assert.InRange(Math.Abs(forcing - 8), 0, 4 * sd);
        Assert.InRange(sd, 0.002, 0.03);
        var refined = new BeliefRecorder();
        Run(ready, refined, 4);
        double Error(BeliefRecorder recorder) => Math.Sqrt(Enumerable.Range(10, 280).Average(k => Enumerable.Range(0, 8).Average(i => Math.Pow(recorder.Smoothed[k].MeanState[i] - experiment.Truth![k, i], 2))));
        var wrong = new BeliefRecorder();
        var fixedForcing = method with { Learn = null };
        Run(fixedForcing.With(Train(fixedForcing, Workers.One, 4)), wrong, 4);
        Assert.True(Error(refined) < 0.8 * Error(wrong), $"{Error(refined)} with what was learned, {Error(wrong)} without");
        Assert.Equal(8, refined.Smoothed[100].Width);
    }

    [Fact]
    public void A_term_that_the_model_lacks_is_learned_as_a_function_of_a_component()
    {
        // the truth's forcing is 8, the model's 4: what lacks is 4 wherever the component is
        var method = new ViCoda(5, 8, Network: Small, Recalibrate: Recalibration.None, Training: Short with { Length = 1000, Epochs = 4, Falling = true }, Tendency: new([8], 8, [-2, 2, 6]));
        var trained = (ILearnedMethod)method.With(Train(method, Workers.One, 4));
        Assert.Equal(["tendency(-2)", "tendency(2)", "tendency(6)"], trained.LearnedParameters.Keys);
        foreach (var value in trained.LearnedParameters.Values)
            Assert.InRange(value, 2.5, 5.5);
    }

    [Fact]
    public void A_term_that_the_model_lacks_is_found_closely_once_windows_are_searched_for_it()
    {
        var method = new ViCoda(5, 8, Network: Small, Refinements: 3, Training: Short with { Length = 2000, Epochs = 2, Falling = true }, Tendency: new([8], 4, [-2, 0, 2, 4, 6], 7));
        var learned = Train(method, Workers.One, 4);
        var trained = (ILearnedMethod)method.With(learned);
        foreach (var (name, value) in trained.LearnedParameters)
            Assert.True(Math.Abs(value - 4) < 0.1, string.Join(", ", trained.LearnedParameters));
        var searched = learned.Statistics[TendencyNetwork.Saved];
        Assert.Equal((3, 7), (searched.Rows, searched.Width));
        var recorder = new BeliefRecorder();
        Run((IAssimilationMethod)trained, recorder, 4);
        Assert.All(recorder.Smoothed.Values, belief => Assert.NotNull(belief.Covariance));
    }

    [Fact]
    public void Several_networks_and_dropped_values_make_an_ensemble()
    {
        foreach (var method in new ILearnedMethod[]
        {
            new Coda(5, 3, Network: Small, Networks: 3, Training: Short with { Epochs = 1 }),
            new Coda(5, 3, Network: Small, Dropout: 0.2, Samples: 3, Training: Short with { Epochs = 1 }),
        })
        {
            var learned = Train(method, Workers.One);
            var ready = method.With(learned);
            var recorder = new BeliefKinds();
            Run(ready, recorder);
            Assert.All(recorder.Beliefs, belief => Assert.Equal(3, Assert.IsType<EnsembleBelief>(belief).Members.Rows));
        }
    }

    [Fact]
    public void Training_gives_the_same_bits_on_any_number_of_threads()
    {
        var method = new ViCoda(5, 3, Network: Small, Networks: 2, Training: Short with { Batch = 20, Epochs = 2 });
        var (one, two) = (Train(method, Workers.One), Train(method, new Workers(2)));
        Assert.True(one.Weights.Values.SequenceEqual(two.Weights.Values));
        foreach (var (name, values) in one.Statistics)
            Assert.True(values.Values.SequenceEqual(two.Statistics[name].Values), name);
    }

    [Fact]
    public void What_cannot_be_trained_is_refused_in_a_sentence()
    {
        Refused("no window of 14", new Coda(5, 3, Network: Small, Training: Short with { Length = 12, Span = 1 }));
        Refused("none is held out", new Coda(5, 3, Network: Small, Training: Short with { HeldOut = 0, Epochs = 1 }));
        Refused("larger than the 8 components", new ViCoda(5, 3, Covariance: AmortizedCovariance.Neighborhood, Rank: 9, Network: Small, Training: Short));

        Refused("no parameter mass", new ViCoda(5, 3, Network: Small, Training: Short, Learn: [new("mass")]));
        Refused("expected no supervised, learn or networks", new ViCoda(5, 3, Network: Small, Networks: 2, Training: Short, Tendency: new()));
        Refused("supervised: false", new ViCoda(5, 3, Network: Small, Training: Short with { Supervised = true }, Learn: [new("forcing")]));

        static void Refused(string part, ILearnedMethod method) =>
            Assert.Contains(part, Assert.Throws<ArgumentException>(() => { Train(method, Workers.One); }).Message, StringComparison.Ordinal);
    }

    private static PreparedExperiment Experiment(double forcing = 8) => Preparation.Prepare(new Binder(Catalog.Kinds).Bind<ExperimentConfig>(YamlFile.Parse(
        $$"""
        name: small
        seed: 3
        system: { kind: lorenz96, size: 8, forcing: {{forcing}} }
        truth: { kind: lorenz96, size: 8 }
        time: { step: 0.02, spinUp: 10, cycles: 300 }
        observations: { every: 0.02, noise: 0.5, locations: { random: 4, redraw: true } }
        background: { kind: climatology }
        methods: []
        """, "small.yaml")), "", climatology: true);

    private static TwinSource Twins(double forcing = 8) => Experiment(forcing).Twins!;

    private static LearnedState Train(ILearnedMethod method, Workers workers, double forcing = 8)
    {
        var learning = method.Prepare(Twins(forcing), new RandomSource(1), workers);
        var weights = new Matrix<float>(1, learning.Network.WeightCount);
        learning.Network.Initialize(weights.Values, new RandomSource(2));
        foreach (var stage in learning.Stages)
        {
            var state = TrainingState<float>.Begin(weights, stage.Trainer.Rule);
            Assert.NotEqual(TrainingEnd.NotFinite, stage.Trainer.Run(state, stage.Data, new RandomSource(4), workers));
            weights = state.Best;
        }
        return learning.Finish(weights, workers);
    }

    private static (double Rmse, double Spread) Scores(ViCoda method, out int times)
    {
        var (experiment, recorder) = (Experiment(), new BeliefRecorder());
        Run(method.With(Train(method, Workers.One)), recorder);
        var (squares, variance, count) = (0.0, 0.0, 0);
        foreach (var (k, belief) in recorder.Smoothed.Where(pair => pair.Key is >= 10 and < 290))
            for (var i = 0; i < 8; i++, count++)
                (squares, variance) = (squares + Math.Pow(belief.MeanState[i] - experiment.Truth![k, i], 2), variance + belief.Covariance![i, i]);
        times = recorder.Smoothed.Count;
        return (Math.Sqrt(squares / count), Math.Sqrt(variance / count));
    }

    private static void Run(IAssimilationMethod method, IAnalysisObserver observer, double forcing = 8)
    {
        var experiment = Experiment(forcing);
        var cycle = new Cycle(method, experiment.Problem, experiment.Priors[0], experiment.Of(0), observer, new RandomSource(5), Workers.One);
        while (cycle.Advance())
        {
        }
        Assert.Equal(AnalysisStatus.Sound, cycle.Last!.Status);
    }

    private sealed class BeliefKinds : IAnalysisObserver
    {
        public List<IBelief> Beliefs { get; } = [];

        public void OnAnalysis(Sonde.Observing.Observation observation, IBelief belief) => Beliefs.Add(belief);
    }
}
