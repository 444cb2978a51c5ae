using Sonde.Experiments;
using Sonde.Experiments.Files;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Files;

public sealed class TrainingCheckpointTests : IDisposable
{
    private static readonly Trainer Trainer = new(new Adam(), new PlateauRate(0.01, Patience: 0), Epochs: 5, BatchSize: 13, ClipNorm: 0.5, Average: 0.9);
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_goes_on_to_the_same_bits(int threads)
    {
        Compare<double>(threads);
        Compare<float>(threads);
    }

    [Fact]
    public void What_was_judged_is_kept()
    {
        var fit = new SineFit<float>();
        var (learned, heldOut) = SampleSplit.Random(SineFit<float>.Samples, 0.3, new RandomSource(8));
        var data = new TrainingData<float>(learned, fit.Loss, heldOut);
        var straight = fit.Begin(Trainer);
        Trainer.Run(straight, data, new RandomSource(5), Workers.One);
        var first = fit.Begin(Trainer);
        Trainer.Run(first, data, new RandomSource(5), Workers.One, step => step.Step < 7);
        var file = new TrainingCheckpoint(folder["judged"]);
        file.Save(first, Trainer.Rule);
        var resumed = file.Load(fit.Network, Trainer.Rule)!;
        Assert.Equal((2, first.BestEpoch), (resumed.HeldOutLosses.Count, resumed.BestEpoch));
        Assert.Equal(first.Best.Values.ToArray(), resumed.Best.Values.ToArray());
        Trainer.Run(resumed, data, new RandomSource(5), Workers.One);
        Assert.Equal(straight.Best.Values.ToArray(), resumed.Best.Values.ToArray());
        Assert.Equal(straight.HeldOutLosses, resumed.HeldOutLosses);
    }

    [Fact]
    public void Another_training_is_refused_in_one_sentence()
    {
        var fit = new SineFit<double>();
        var file = new TrainingCheckpoint(folder["a"]);
        Assert.Null(file.Load(fit.Network, new Adam()));
        file.Save(fit.Begin(Trainer), new Adam());
        Assert.EndsWith("is of a training by Adam; expected GradientDescent.", Refusal(() => file.Load(fit.Network, new GradientDescent())), StringComparison.Ordinal);
        Assert.EndsWith("holds no matrix of floats 'weights'.", Refusal(() => file.Load(new SineFit<float>().Network, new Adam())), StringComparison.Ordinal);
        var other = Sonde.Networks.Chain<double>.Perceptron([1, 4, 1], Sonde.Calculus.Activation.Tanh);
        Assert.EndsWith("is of a network of 49 weights; expected 13.", Refusal(() => file.Load(other, new Adam())), StringComparison.Ordinal);
    }

    private static string Refusal(Action load) => Assert.Throws<InputException>(load).Message;

    private void Compare<T>(int threads) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var fit = new SineFit<T>();
        var straight = fit.Begin(Trainer);
        fit.Run(Trainer, straight);
        Assert.Equal(20, straight.Step);

        var file = new TrainingCheckpoint(folder[typeof(T).Name]);
        var first = fit.Begin(Trainer);
        fit.Run(Trainer, first, threads, step => step.Step < 9);
        file.Save(first, Trainer.Rule);
        var resumed = file.Load(fit.Network, Trainer.Rule)!;
        Assert.Equal(10, resumed.Step);
        fit.Run(Trainer, resumed, threads);
        Assert.Equal(straight.Weights.Values.ToArray(), resumed.Weights.Values.ToArray());
        Assert.Equal(straight.Averaged.Values.ToArray(), resumed.Averaged.Values.ToArray());
        Assert.Equal(straight.Memory.Values.ToArray(), resumed.Memory.Values.ToArray());
        Assert.Equal(straight.Losses, resumed.Losses);
    }
}
