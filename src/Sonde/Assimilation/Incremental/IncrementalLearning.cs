using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>The training of <see cref="NeuralIncremental"/>: statistics of simulated trajectories, then weights by square and by likelihood, then a calibration.</summary>
internal sealed class IncrementalLearning : ILearning
{
    private const int WarmUpShare = 10;
    private readonly NeuralIncremental method;
    private readonly ITwinSource twins;
    private readonly RandomSource random;
    private readonly IncrementalModel model;
    private readonly IncrementalStatistics statistics;

    /// <summary>Simulates and takes moments.</summary>
    public IncrementalLearning(NeuralIncremental method, ITwinSource twins, RandomSource random, Workers workers)
    {
        (this.method, this.twins, this.random) = (method, twins, random);
        (statistics, var pool) = IncrementalStatistics.Simulate(twins, method.Window, method.Moments, method.Schooling.Trajectories, random);
        model = new IncrementalModel(method, statistics);
        var schooling = method.Schooling;
        var trainer = new Trainer(new Adam(), Epochs: schooling.Epochs - schooling.SpreadEpochs, BatchSize: schooling.Batch, ClipNorm: schooling.Clip, Average: schooling.Average);
        Stages = [.. new LearningStage[]
        {
            new("square", trainer, pool.Rows, model.Square(pool, twins)),
            new("likelihood", trainer with { Epochs = schooling.SpreadEpochs }, pool.Rows, model.Likelihood(pool, twins)),
        }.Where(stage => stage.Trainer.Epochs > 0).Select(Scheduled)];
    }

    /// <summary>The rate rises at first: a factor of a precision far from the right one can be all but singular.</summary>
    private LearningStage Scheduled(LearningStage stage)
    {
        var steps = stage.Trainer.StepsOfEpoch(stage.Samples) * stage.Trainer.Epochs;
        return stage with { Trainer = stage.Trainer with { Schedule = new CosineRate(method.Schooling.Rate, WarmUp: steps / WarmUpShare) } };
    }

    /// <inheritdoc/>
    public ILayer<float> Network => model.Network;

    /// <inheritdoc/>
    public IReadOnlyList<LearningStage> Stages { get; }

    /// <inheritdoc/>
    public LearnedState Finish(Matrix<float> weights, Workers workers)
    {
        var (count, width) = (statistics.Count, statistics.Width);
        var held = new Matrix<double>(method.Schooling.Calibration, count);
        twins.Simulate(held, random.Fork("held out"));
        var (errors, ratios, observe) = (new Matrix<double>(held.Rows, count), new double[method.HasCovariance ? held.Rows : 0], random.Fork("held-out observations"));
        workers.ForBlocks(held.Rows, 1, (row, _) =>
        {
            using var frame = Scratch.Enter();
            var mean = frame.Rent(1, count)[0];
            var covariances = frame.RentCleared(count, width);
            if (!model.Analyze(twins.Observe(held[row], observe.Fork(row)), weights, mean, covariances))
                mean.Fill(double.NaN);
            statistics.Scale.Normalize(new Batch<double>(held[row], count / width, width));
            TensorPrimitives.Subtract<double>(held[row], mean, errors[row]);
            TensorPrimitives.Multiply<double>(errors[row], errors[row], errors[row]);
            if (ratios.Length > 0)
                ratios[row] = MeanRatio(errors[row], covariances);
        });
        return new LearnedState(weights, TrainedIncremental.Save(statistics, errors, ratios, method.Floor));
    }

    /// <summary>The mean of squared errors over variances, without numbers that never vary.</summary>
    private static double MeanRatio(ReadOnlySpan<double> errors, ReadOnlyBatch<double> covariances)
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < errors.Length; i++)
            if (covariances[i, i % covariances.Width] is var variance && variance != 0)
                (sum, count) = (sum + errors[i] / variance, count + 1);
        return count == 0 ? 1 : sum / count;
    }
}
