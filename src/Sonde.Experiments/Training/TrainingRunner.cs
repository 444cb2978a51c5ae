using System.Numerics;
using System.Text.Json;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Running;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>Trains what a file describes: stage after stage, with checkpoints, and writes weights, sidecar, losses and scores.</summary>
public static class TrainingRunner
{
    /// <summary>Trains, or goes on where it was stopped.</summary>
    /// <exception cref="InputException">The file or the request does not fit.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped; it can be resumed to the same bits.</exception>
    public static TrainingOutcome Run(RunRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var root = Overrides.Read(request.File, request.Seed, request.Set);
        var job = new Binder(Catalog.Kinds).Bind<TrainingJob>(root);
        return Run(job, root, request);
    }

    /// <summary>Trains what a program describes, or goes on with it.</summary>
    /// <param name="job">What is trained.</param>
    /// <param name="settings">How it is written down: goes into training.yaml and model.json, and must be the same on resuming.</param>
    /// <param name="request">Where results go, on how many threads.</param>
    /// <exception cref="InputException">The job or the request does not fit.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped; it can be resumed to the same bits.</exception>
    public static TrainingOutcome Run(TrainingJob job, ConfigNode settings, RunRequest request)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(request);
        return job.Precision == Precision.Double ? Run<double>(job, settings, request) : Run<float>(job, settings, request);
    }

    private static TrainingOutcome Run<T>(TrainingJob job, ConfigNode root, RunRequest request) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new RandomSource(job.Seed);
        var home = Path.GetDirectoryName(Path.GetFullPath(request.File))!;
        var trainable = job.Recipe.Prepare<T>(new(home, job.Training ?? new(), random.Fork("data"), job.Storage));
        var phases = trainable.Stages.Select((stage, i) => Trainers(stage, random.Fork("training").Fork(i), new Workers(request.Threads))).ToArray();
        var weights = Weights(job, trainable.Networks, home, random.Fork("weights"));
        var folder = new TrainingFolder(request.Out ?? ResultsFolder.Usual(job.Name), root, request.Resume);
        var (results, stages) = (new List<PhaseResult>(), new List<StageSummary>());
        for (var i = 0; i < phases.Length; i++)
        {
            var stage = trainable.Stages[i];
            foreach (var make in phases[i])
            {
                if (results is [.., { Failure: not null }])
                    break;
                var (phase, firstEpoch) = make(weights);
                var (result, best) = phase.Train(weights.Width, folder.Checkpoint(phase.Name), stage.Training.CheckpointSeconds, request, firstEpoch);
                weights = best;
                results.Add(result);
                stages.Add(result.Summary(stage.Data.Samples.Length, stage.Data.HeldOut.Length));
            }
        }
        job.Storage.Round(weights.Values);
        var summary = new TrainingSummary(job.Name, root["kind"]?.Text ?? "", job.Seed, weights.Width, stages, trainable.Score(weights));
        folder.WriteLosses(results);
        trainable.Write(folder.Path, weights);
        ModelFile.Write(folder.Path, trainable, weights, root, summary, job.Storage);
        AtomicFile.WriteText(folder.At("summary.json"), JsonSerializer.Serialize(summary, TrainingJson.Default.TrainingSummary) + "\n");
        return new(folder.Path, summary, folder.At("summary.json"), results.Find(result => result.Failure is not null)?.Failure);
    }

    /// <summary>What a stage does with the weights that it is given: descent, then polish where asked for.</summary>
    private static List<Func<Matrix<T>, (TrainingPhase<T> Phase, int FirstEpoch)>> Trainers<T>(TrainingStage<T> stage, RandomSource random, Workers workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Trainer trainer;
        try
        {
            trainer = stage.Training.Trainer(stage.Data.Samples.Length);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"training: {InputException.Sentence(e)}", e);
        }
        List<Func<Matrix<T>, (TrainingPhase<T>, int)>> made =
        [
            weights => (new(
                stage.Name, trainer.Rule.GetType().Name, trainer.StepsOf(stage.Data.Samples.Length), () => TrainingState<T>.Begin(weights.Copy(), trainer.Rule),
                (state, progress) => trainer.Run(state, stage.Data, random, workers, progress)), 1),
        ];
        if (stage.Training.Polish?.Polisher() is { } polisher)
            made.Add(weights => (new(
                $"{stage.Name}-polish", nameof(Polisher), polisher.Rounds, () => Polisher.Begin(weights),
                (state, progress) => polisher.Run(state, stage.Data, random.Fork("polish"), workers, progress)), stage.Data.HeldOut.IsEmpty ? 1 : 0));
        return made;
    }

    private static Matrix<T> Weights<T>(TrainingJob job, IReadOnlyList<NamedNetwork<T>> networks, string folder, RandomSource random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var weights = new Matrix<T>(1, networks.Sum(network => network.Layer.WeightCount));
        var offset = 0;
        for (var i = 0; i < networks.Count; i++)
        {
            var part = weights.Values.Slice(offset, networks[i].Layer.WeightCount);
            if (job.Start is { } start)
                NetworkFile.Load(Path.Combine(folder, start), networks[i].Layer, networks[i].Prefix).Values.CopyTo(part);
            else
                networks[i].Layer.Initialize(part, random.Fork(i));
            offset += part.Length;
        }
        return weights;
    }
}
