using Sonde.Assimilation.Incremental;
using Sonde.Assimilation.Learned;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>The training of <see cref="Coda"/> and <see cref="ViCoda"/>: trajectories, networks one after the other, then the populations that they normalize by and one factor on variances.</summary>
internal sealed class AmortizedLearning : ILearning
{
    private const int WarmUpShare = 10, PopulationBatches = 64;
    private readonly AmortizedSettings settings, uncalibrated;
    private readonly WindowPool pool;
    private readonly AmortizedModel model;
    private readonly RandomSource random;
    private readonly LearnedModel? parameters;

    /// <summary>Simulates, observes and lays out.</summary>
    /// <exception cref="ArgumentException">The settings do not fit the twins.</exception>
    public AmortizedLearning(AmortizedSettings settings, ITwinSource twins, RandomSource random)
    {
        (this.settings, this.random, uncalibrated) = (settings, random, settings with { Recalibrate = Recalibration.None });
        pool = new(settings, twins, random);
        parameters = settings.Model(pool.Twins.Problem.System);
        var closed = settings.Closed(pool.Twins.Problem.System, pool.Scale);
        model = new(settings, pool.Scale, pool.Span, parameters, closed);
        Alpha = settings.Alpha ?? 2 * pool.Scale.Error * pool.Scale.Error * pool.Scale.Width / (pool.Observed * (settings.Rollout + 1));
        Stages = [.. Enumerable.Range(0, settings.Networks).Select(network => StageOf(network)), .. closed is null ? Array.Empty<LearningStage>() : [StageOf(0, settings.Tendency!.Epochs)]];
    }

    /// <summary>α.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public ILayer<float> Network => model.Network;

    /// <inheritdoc/>
    public IReadOnlyList<LearningStage> Stages { get; }

    /// <inheritdoc/>
    public LearnedState Finish(Matrix<float> weights, Workers workers)
    {
        var finished = weights.Copy();
        for (var network = 0; network < settings.Networks; network++)
            Settle(finished, network);
        var statistics = pool.Scale.Save();
        if (parameters is not null)
        {
            var values = parameters.Values(finished.Values[^parameters.Count..]);
            statistics[LearnedModel.Saved] = LearnedModel.Save(values, new double[values.Length]);
            if (settings.Refinements > 0)
                statistics[LearnedModel.Saved] = new ParameterSearch(settings, parameters, pool.Twins.Problem.Grid, pool.Scale).Run(
                    pool.Apart(settings.HalfWindow), new TrainedAmortized(uncalibrated, new LearnedState(finished, statistics)), values, workers);
        }
        if (settings.SearchesTendency)
            statistics[TendencyNetwork.Saved] = TendencySearch.Run(uncalibrated, pool, new LearnedState(finished, statistics), workers);
        return Complete(new LearnedState(finished, statistics), workers);
    }

    /// <summary>With one factor on variances, where the settings want one and none was found.</summary>
    /// <inheritdoc/>
    public LearnedState Complete(LearnedState learned, Workers workers)
    {
        if (!settings.LacksFactor(learned))
            return learned;
        var factor = new TrainedAmortized(uncalibrated, learned).FactorOf(pool.Calibration, settings.Recalibrate == Recalibration.Observations, random.Fork("calibration"), workers);
        return learned with { Statistics = new Dictionary<string, Matrix<double>>(learned.Statistics) { [TrainedAmortized.Factor] = IncrementalStatistics.Row([factor]) } };
    }

    /// <summary>The training of one network, or with so many epochs of it and the network in the tendency.</summary>
    private LearningStage StageOf(int network, int? both = null)
    {
        var training = settings.Training;
        var trainer = new Trainer(
            new Adam(), Epochs: both ?? training.Epochs, BatchSize: training.Batch, ClipNorm: training.Clip, Average: training.Average, Patience: training.Patience);
        var steps = trainer.StepsOf(pool.Samples);
        ISchedule schedule = training.Falling ? new CosineRate(training.Rate, WarmUp: (int)(steps / WarmUpShare)) : new ConstantRate(training.Rate);
        return new(
            both is not null ? "windows and tendency" : settings.Networks == 1 ? "windows" : $"network {network}", trainer with { Schedule = schedule }, pool.Samples, model.Loss(pool, network, Alpha, drops: true, both is not null),
            pool.Validation, model.Loss(pool, network, Alpha, drops: false, both is not null));
    }

    /// <summary>Finds what one network's layers normalize by.</summary>
    private void Settle(Matrix<float> weights, int network)
    {
        var own = new Matrix<float>(1, model.Count);
        weights.Values.Slice(network * model.Count, model.Count).CopyTo(own.Values);
        var windows = pool.Learned(PopulationBatches * settings.Training.Batch);
        var batch = Math.Min(settings.Training.Batch, windows.Length);
        BatchMoments.Settle(model.Encoding.Network, own, windows.Length / batch, (tape, i) =>
            model.Encoding.Draw(tape, windows.Where((_, k) => k % (windows.Length / batch) == i).Take(batch).ToArray()).Images);
        own.Values.CopyTo(weights.Values[(network * model.Count)..]);
    }
}
