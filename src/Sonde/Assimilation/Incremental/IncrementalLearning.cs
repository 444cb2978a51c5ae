using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>The training of <see cref="NeuralIncremental"/>: statistics of simulated trajectories, then weights by square and by likelihood, then a calibration.</summary>
internal sealed class IncrementalLearning : ILearning
{
    private readonly NeuralIncremental method;
    private readonly ITwinSource twins;
    private readonly RandomSource random;
    private readonly IncrementalModel model;
    private readonly IncrementalStatistics statistics;

    /// <summary>Simulates and takes moments.</summary>
    public IncrementalLearning(NeuralIncremental method, ITwinSource twins, RandomSource random, Workers workers)
    {
        (this.method, this.twins, this.random) = (method, twins, random);
        var width = twins.Problem.System.Width;
        var times = Math.Min(method.Window ?? int.MaxValue, twins.Times.Count);
        var pool = new Matrix<double>(method.Trajectories, checked(times * width));
        twins.Simulate(pool, random.Fork("trajectories"));
        statistics = IncrementalStatistics.Of(pool, width);
        model = new IncrementalModel(method, times, statistics.Scale, statistics.Moments);
        var likely = (int)Math.Round(method.Likelihood * method.Epochs);
        var trainer = new Trainer(new Adam(), new CosineRate(method.Rate), method.Epochs - likely, method.Batch, method.Clip, method.Average);
        Stages = [.. new LearningStage[]
        {
            new("square", trainer, pool.Rows, model.Square(pool, twins)),
            new("likelihood", trainer with { Epochs = likely }, pool.Rows, model.Likelihood(pool, twins)),
        }.Where(stage => stage.Trainer.Epochs > 0)];
    }

    /// <inheritdoc/>
    public ILayer<float> Network => model.Network;

    /// <inheritdoc/>
    public IReadOnlyList<LearningStage> Stages { get; }

    /// <inheritdoc/>
    public LearnedState Finish(Matrix<float> weights, Workers workers)
    {
        var (count, width) = (model.Count, statistics.Scale.Width);
        var held = new Matrix<double>(method.Calibration, count);
        twins.Simulate(held, random.Fork("held out"));
        var (errors, ratios) = (new Matrix<double>(Math.Max(1, held.Rows), count), new double[held.Rows]);
        var observe = random.Fork("held-out observations");
        workers.ForBlocks(held.Rows, 1, (row, _) =>
        {
            using var frame = Scratch.Enter();
            var mean = frame.Rent(1, count)[0];
            var covariances = frame.RentCleared(count, width);
            var observations = twins.Observe(held[row], observe.Fork(row));
            var sound = model.Analyze(observations, weights, mean, covariances);
            statistics.Scale.Normalize(new Batch<double>(held[row], count / width, width));
            TensorPrimitives.Subtract<double>(held[row], mean, errors[row]);
            TensorPrimitives.Multiply<double>(errors[row], errors[row], errors[row]);
            for (var i = 0; i < count && sound; i++)
                ratios[row] += errors[row, i] / covariances[i, i % width] / count;
        });
        var variance = new double[count];
        for (var row = 0; row < held.Rows; row++)
            TensorPrimitives.MultiplyAdd<double>(errors[row], 1.0 / held.Rows, variance, variance);
        var factor = held.Rows == 0 || !method.HasCovariance ? 1 : TensorPrimitives.Sum<double>(ratios) / held.Rows;
        return new LearnedState(weights, statistics.Save(variance, factor));
    }
}
