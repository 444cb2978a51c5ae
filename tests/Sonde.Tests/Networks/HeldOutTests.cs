using Sonde.Calculus;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Networks;

/// <summary>Samples that are not learned from: they choose the weights, end the training and let the rate fall.</summary>
public sealed class HeldOutTests
{
    [Fact]
    public void A_split_holds_out_the_share_and_no_sample_twice()
    {
        var (learned, heldOut) = SampleSplit.Random(50, 0.3, new RandomSource(4));
        Assert.Equal((35, 15), (learned.Length, heldOut.Length));
        Assert.Equal(Enumerable.Range(0, 50), learned.Concat(heldOut).Order());
        Assert.Equal(heldOut.Order(), heldOut);
        Assert.NotEqual(Enumerable.Range(35, 15), heldOut);
        Assert.Equal(heldOut, SampleSplit.Random(50, 0.3, new RandomSource(4)).HeldOut);
        Assert.Equal([8, 9], SampleSplit.Last(10, 0.2).HeldOut);
        Assert.Single(SampleSplit.Last(10, 0.01).HeldOut);
        Assert.Empty(SampleSplit.Last(10, 0).HeldOut);
        Assert.Contains("Of 2 samples 2 would be held out", Assert.Throws<ArgumentException>(() => SampleSplit.Last(2, 0.9)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_weights_of_the_least_held_out_loss_are_kept()
    {
        // The weight climbs by 1 a step; the held-out loss (w − 3)² is least after the third epoch.
        var state = Climb(new Trainer(new GradientDescent(), new ConstantRate(1), Epochs: 7, BatchSize: 1), out var ended);
        Assert.Equal(TrainingEnd.Finished, ended);
        Assert.Equal([4, 1, 0, 1, 4, 9, 16], state.HeldOutLosses);
        Assert.Equal((2, 3.0, 7.0), (state.BestEpoch, state.Best[0, 0], state.Weights[0, 0]));
    }

    [Fact]
    public void Patience_bears_so_many_epochs_and_then_ends_the_training()
    {
        var trainer = new Trainer(new GradientDescent(), new ConstantRate(1), Epochs: 100, BatchSize: 1, Patience: 2);
        var state = Climb(trainer, out var ended);
        Assert.Equal(TrainingEnd.OutOfPatience, ended);
        Assert.Equal([4, 1, 0, 1, 4, 9], state.HeldOutLosses);
        Assert.Equal(3, state.Best[0, 0]);
        Assert.Equal(TrainingEnd.OutOfPatience, Climb(trainer, state));          // and stays ended
        Assert.Equal(6, state.HeldOutLosses.Count);
    }

    [Fact]
    public void The_average_is_what_is_judged()
    {
        var state = Climb(new Trainer(new GradientDescent(), new ConstantRate(1), Epochs: 2, BatchSize: 1, Average: 0.5), out _);
        Assert.Equal([(0.5 - 3) * (0.5 - 3), (1.25 - 3) * (1.25 - 3)], state.HeldOutLosses);
    }

    [Fact]
    public void A_rate_falls_by_the_held_out_loss_where_there_is_one()
    {
        var rates = new List<double>();
        var trainer = new Trainer(new GradientDescent(), new PlateauRate(1, 0.5, 0), Epochs: 6, BatchSize: 1);
        trainer.Run(Begin(trainer), Data, new RandomSource(1), Workers.One, step => { rates.Add(step.LearningRate); return true; });
        Assert.Equal([1, 1, 1, 1, 0.5, 0.25], rates);
    }

    [Fact]
    public void Progress_tells_the_last_held_out_loss()
    {
        var told = new List<double>();
        var trainer = new Trainer(new GradientDescent(), new ConstantRate(1), Epochs: 2, BatchSize: 1);
        trainer.Run(
            Begin(trainer), Data with { Samples = new[] { 0, 1 } }, new RandomSource(1), Workers.One, step => { told.Add(step.HeldOutLoss); return true; });
        Assert.Equal([double.NaN, 1, 1, 1], told);
    }

    [Fact]
    public void Held_out_samples_are_never_learned_from_and_threads_change_no_bit()
    {
        var fit = new SineFit<float>();
        var (learned, heldOut) = SampleSplit.Random(SineFit<float>.Samples, 0.3, new RandomSource(8));
        var trainer = new Trainer(new Adam(), new CosineRate(0.02), Epochs: 150, BatchSize: 10, Patience: 100);
        var (one, two) = (Trained(1), Trained(2));
        Assert.Equal(one.Best.Values.ToArray(), two.Best.Values.ToArray());
        Assert.Equal(one.HeldOutLosses, two.HeldOutLosses);
        Assert.InRange(one.HeldOutLosses[one.BestEpoch], 0, 0.01);

        TrainingState<float> Trained(int threads)
        {
            var state = fit.Begin(trainer);
            var data = new TrainingData<float>(
                learned, (w, samples, random) => Seen(samples) ? fit.Loss(w, samples, random) : throw new InvalidOperationException("A sample held out was learned."), heldOut, fit.Loss);
            trainer.Run(state, data, new RandomSource(5), new Workers(threads));
            return state;
        }

        bool Seen(ReadOnlySpan<int> samples)
        {
            foreach (var sample in samples)
                if (heldOut.Contains(sample))
                    return false;
            return true;
        }
    }

    private static TrainingData<double> Data => new(new[] { 0 }, (w, _, _) => -w, new[] { 0 }, (w, _, _) => (w + -3.0).Apply(Activation.Square));

    private static TrainingState<double> Begin(Trainer trainer) => TrainingState<double>.Begin(new Matrix<double>(1, 1), trainer.Rule);

    private static TrainingState<double> Climb(Trainer trainer, out TrainingEnd ended)
    {
        var state = Begin(trainer);
        ended = Climb(trainer, state);
        return state;
    }

    private static TrainingEnd Climb(Trainer trainer, TrainingState<double> state) => trainer.Run(state, Data, new RandomSource(1), Workers.One);
}
