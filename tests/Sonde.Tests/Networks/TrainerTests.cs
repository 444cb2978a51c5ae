using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Networks;

public sealed class TrainerTests
{
    [Fact]
    public void A_perceptron_learns_the_sine()
    {
        var fit = new SineFit<float>();
        var trainer = new Trainer(new Adam(), new CosineRate(0.02), Epochs: 400, BatchSize: 10);
        var state = fit.Begin(trainer);
        Assert.InRange(fit.MeanLoss(state.Weights), 0.1, 2);
        Assert.Equal(TrainingEnd.Finished, fit.Run(trainer, state));
        Assert.Equal(2000, state.Step);
        Assert.InRange(fit.MeanLoss(state.Weights), 0, 5e-5);
        Assert.Equal(400, state.Losses.Count);
        Assert.InRange(state.Losses[^1], 0, 5e-5);
    }

    [Fact]
    public void Each_sample_is_seen_once_an_epoch_and_the_last_batch_takes_what_is_left()
    {
        var seen = new List<int>();
        var (weights, sizes) = (new Matrix<double>(1, 1), new List<double>());
        var trainer = new Trainer(new GradientDescent(), new ConstantRate(1e-9), Epochs: 2, BatchSize: 20);
        var state = TrainingState<double>.Begin(weights, trainer.Rule);
        trainer.Run(
            state, 50,
            (w, samples, _) =>
            {
                seen.AddRange(samples);
                var mean = 0.0;
                foreach (var sample in samples)
                    mean += (double)sample / samples.Length;
                return w + mean;
            },
            new RandomSource(1), Workers.One, step => { sizes.Add(step.Loss); return true; });
        Assert.Equal(Enumerable.Range(0, 50), seen.Take(50).Order());
        Assert.Equal(Enumerable.Range(0, 50), seen.Skip(50).Order());
        Assert.NotEqual(seen.Take(50), seen.Skip(50));
        Assert.Equal(6, sizes.Count);
        Assert.Equal(seen.Take(20).Average(), sizes[0], 1e-6);
        Assert.Equal(seen.Skip(40).Take(10).Average(), sizes[2], 1e-6);
        Assert.Equal(24.5, state.Losses[0], 1e-6);
        Assert.Equal(24.5, state.Losses[1], 1e-6);
    }

    [Fact]
    public void Two_threads_give_the_same_bits_as_one()
    {
        var fit = new SineFit<float>();
        var trainer = new Trainer(Epochs: 5, BatchSize: 40, ClipNorm: 0.5, Average: 0.9);
        var (one, two) = (fit.Begin(trainer), fit.Begin(trainer));
        fit.Run(trainer, one);
        fit.Run(trainer, two, threads: 2);
        Assert.Equal(one.Weights.Values.ToArray(), two.Weights.Values.ToArray());
        Assert.Equal(one.Averaged.Values.ToArray(), two.Averaged.Values.ToArray());
        Assert.Equal(one.Losses, two.Losses);
    }

    [Fact]
    public void What_dropout_drops_depends_on_step_and_part_but_not_on_threads()
    {
        var fit = new SineFit<float>();
        var network = new Chain<float>(new DenseLayer<float>(1, 16, Activation.Tanh), new Dropout<float>(16, 0.5), new DenseLayer<float>(16, 1));
        var trainer = new Trainer(Epochs: 5, BatchSize: 40);
        var (one, two, kept) = (Trained(1, true), Trained(2, true), Trained(1, false));
        Assert.Equal(one, two);
        Assert.NotEqual(one, kept);

        float[] Trained(int threads, bool dropout)
        {
            var state = TrainingState<float>.Begin(network, trainer.Rule, new RandomSource(3));
            trainer.Run(state, SineFit<float>.Samples, SampleLoss.MeanSquare(network, fit.X, fit.Y, dropout), new RandomSource(5), new Workers(threads));
            return state.Weights.Values.ToArray();
        }
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var fit = new SineFit<float>();
        var trainer = new Trainer(Epochs: 5, BatchSize: 1, ClipNorm: 0.5, Average: 0.9);
        var fewest = long.MaxValue;
        for (var run = 0; run < 8 && fewest > 0; run++)
        {
            var (before, sum) = (0L, 0L);
            fit.Run(trainer, fit.Begin(trainer), progress: step =>
            {
                var now = GC.GetAllocatedBytesForCurrentThread();
                sum += step.Step % SineFit<float>.Samples == 0 ? 0 : now - before;         // the first step of an epoch draws its order
                before = now;
                return true;
            });
            fewest = Math.Min(fewest, sum);
        }
        Assert.Equal(0, fewest);
    }

    [Fact]
    public void A_long_gradient_is_shortened_and_a_short_one_is_not()
    {
        static double Moved(double slope, double? clip)
        {
            var trainer = new Trainer(new GradientDescent(), new ConstantRate(0.1), Epochs: 1, BatchSize: 1, ClipNorm: clip);
            var state = TrainingState<double>.Begin(new Matrix<double>(1, 1), trainer.Rule);
            trainer.Run(state, 1, (w, _, _) => slope * w, new RandomSource(1), Workers.One, step => step.GradientNorm == Math.Abs(slope));
            return state.Weights[0, 0];
        }

        Assert.Equal(-0.4, Moved(4, null), 1e-15);
        Assert.Equal(-0.2, Moved(4, 2), 1e-15);
        Assert.Equal(0.1, Moved(-1, 2), 1e-15);
    }

    [Fact]
    public void The_average_lags_behind_the_weights_as_it_should()
    {
        var trainer = new Trainer(new GradientDescent(), new ConstantRate(1), Epochs: 3, BatchSize: 1, Average: 0.5);
        var state = TrainingState<double>.Begin(new Matrix<double>(1, 1), trainer.Rule);
        trainer.Run(state, 1, (w, _, _) => -w, new RandomSource(1), Workers.One);
        Assert.Equal(3, state.Weights[0, 0]);
        Assert.Equal(0.5 * (0.5 * 0.5 + 0.5 * 2) + 0.5 * 3, state.Averaged[0, 0], 1e-15);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training_with_the_weights_before()
    {
        var trainer = new Trainer(new GradientDescent(), new ConstantRate(1), Epochs: 10, BatchSize: 1);
        var state = TrainingState<double>.Begin(new Matrix<double>(1, 1), trainer.Rule);
        var last = new TrainingStep();
        var ended = trainer.Run(state, 1, (w, _, _) => (-w + 2.5).Apply(Activation.Logarithm), new RandomSource(1), Workers.One, step => { last = step; return true; });
        Assert.Equal(TrainingEnd.NotFinite, ended);
        Assert.True(double.IsFinite(state.Weights[0, 0]));
        Assert.True(double.IsNaN(last.Loss));
        Assert.Equal((state.Step, 0), (last.Step, last.LearningRate));
        Assert.InRange(state.Step, 1, 9);
    }

    [Fact]
    public void Progress_says_how_far_it_is_and_may_stop()
    {
        var fit = new SineFit<float>();
        var trainer = new Trainer(Schedule: new ConstantRate(0.01), Epochs: 10, BatchSize: 25);
        var state = fit.Begin(trainer);
        var steps = new List<TrainingStep>();
        Assert.Equal(TrainingEnd.Stopped, fit.Run(trainer, state, progress: step => { steps.Add(step); return step.Step < 6; }));
        Assert.Equal((7, 7L), (steps.Count, state.Step));
        Assert.All(steps, step => Assert.Equal((20L, 0.01), (step.Steps, step.LearningRate)));
        Assert.Equal(steps[^1].Elapsed.TotalSeconds * 13 / 7, steps[^1].Left.TotalSeconds, 1e-6);
        Assert.Equal(TrainingEnd.Finished, fit.Run(trainer, state, progress: step => { steps.Add(step); return true; }));
        Assert.Equal((20, 20L, TimeSpan.Zero), (steps.Count, state.Step, steps[^1].Left));
    }

    [Fact]
    public void Quasi_Newton_steps_polish_what_stochastic_ones_began()
    {
        Polish<double>(1e-7);
        Polish<float>(1e-6);

        static void Polish<T>(double bound) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var fit = new SineFit<T>();
            var trainer = new Trainer(new Adam(), new ConstantRate(0.01), Epochs: 20, BatchSize: 10);
            var state = fit.Begin(trainer);
            fit.Run(trainer, state);
            var before = fit.MeanLoss(state.Weights);
            var loss = new MeanLoss<T>(state.Weights.Width, SineFit<T>.Samples, fit.Loss, new RandomSource(1), Workers.One);
            var outcome = loss.Minimize(new Lbfgs(Iterations: 1000), state.Weights);
            Assert.True(before > 1e-3, $"{before}");
            Assert.NotEqual(StopReason.NotFinite, outcome.Stopped);
            Assert.InRange(fit.MeanLoss(state.Weights), 0, bound);
        }
    }

    [Fact]
    public void An_ensemble_agrees_where_there_are_data_and_not_elsewhere()
    {
        var fit = new SineFit<double>();
        var trainer = new Trainer(new Adam(), new CosineRate(0.02), Epochs: 200, BatchSize: 10);
        var (one, ended) = NetworkEnsemble<double>.Train(fit.Network, 4, trainer, SineFit<double>.Samples, fit.Loss, new RandomSource(2), Workers.One);
        var (two, _) = NetworkEnsemble<double>.Train(fit.Network, 4, trainer, SineFit<double>.Samples, fit.Loss, new RandomSource(2), new Workers(2));
        Assert.All(ended, end => Assert.Equal(TrainingEnd.Finished, end));
        for (var member = 0; member < 4; member++)
            Assert.Equal(one.Weights[member].Values.ToArray(), two.Weights[member].Values.ToArray());
        double[] x = [1, 7], mean = new double[2], deviation = new double[2];
        one.Evaluate(new ReadOnlyBatch<double>(x, 2, 1), new Batch<double>(mean, 2, 1), new Batch<double>(deviation, 2, 1));
        Assert.Equal(Math.Sin(1), mean[0], 0.02);
        Assert.InRange(deviation[0], 0, 0.02);
        Assert.InRange(deviation[1], 5 * deviation[0], 10);
    }

    [Fact]
    public void Misuse_is_refused_with_both_numbers()
    {
        var fit = new SineFit<float>();
        Assert.Contains("Adam remembers 2 vectors, but the state holds 1", Assert.Throws<ArgumentException>(() => fit.Run(new Trainer(), fit.Begin(new Trainer(new GradientDescent())))).Message, StringComparison.Ordinal);
        Assert.Contains("BatchSize is 0 but must be 1 or more", Assert.Throws<ArgumentException>(() => new Trainer(BatchSize: 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Trainer(Average: 1.5));
        Assert.Throws<ArgumentException>(() => new Adam(Beta2: 1));
        Assert.Contains("50 inputs but 3 targets", Assert.Throws<ArgumentException>(() => SampleLoss.MeanSquare(fit.Network, fit.X, new Matrix<float>(3, 1))).Message, StringComparison.Ordinal);
    }
}
