using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sonde.Assimilation.Learned;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Training;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>
/// What a learned method goes through before it runs: a training on twins of the experiment, drawn from randomness that no test draws from, or a file of
/// what was learned before.
/// </summary>
/// <param name="entry">The method, an <see cref="ILearnedMethod"/>.</param>
/// <param name="file">The experiment.</param>
/// <param name="experiment">What it will be tested on.</param>
/// <param name="folder">Where checkpoints and weights go.</param>
internal sealed class MethodLearning(MethodEntry entry, ExperimentFile file, PreparedExperiment experiment, PointFolder folder)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly RandomSource random = experiment.Random.Fork("training");     // one for all methods: what differs is what they make of it

    /// <summary>The method with what the file named by <c>weights</c> holds; null where none is named.</summary>
    /// <exception cref="InputException">The file does not fit.</exception>
    public MethodEntry? FromFile()
    {
        if (entry.Training?.Weights is not { } weights)
            return null;
        var learning = Prepare(Workers.One);
        var learned = LearnedFile.Load(Path.Combine(file.Folder, weights), entry.Kinds, learning.Network);
        return With(Fit(() => learning.Complete(learned, Workers.One)));
    }

    /// <summary>The method with what another method of this run has learned.</summary>
    /// <param name="other">That method, after its training.</param>
    /// <exception cref="InputException">It does not fit.</exception>
    public LearnedEntry From(LearnedEntry other) => other with { Entry = other.State is { } state ? With(state) : entry, Seconds = null };

    /// <summary>Trains the method, or goes on where a training was stopped; afterwards the weights lie in the results folder.</summary>
    /// <exception cref="InputException">The method does not fit the experiment.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped; its checkpoint is written.</exception>
    public LearnedEntry Train(Workers workers, RunRequest request, string label)
    {
        var own = Stopwatch.StartNew();
        var learning = Prepare(workers);
        var (weightsFile, sidecar) = (folder.Weights(entry.Name), Path.ChangeExtension(folder.Weights(entry.Name), ".json"));
        if (request.Resume && File.Exists(sidecar))
            return Learned(LearnedFile.Load(weightsFile, [entry.Kind], learning.Network), JsonNode.Parse(File.ReadAllText(sidecar))!["trainingSeconds"]!.GetValue<double>());
        var weights = new Matrix<float>(1, learning.Network.WeightCount);
        learning.Network.Initialize(weights.Values, random.Fork("weights"));
        var (stages, seconds) = (new JsonArray(), 0.0);
        own.Stop();
        for (var i = 0; i < learning.Stages.Count; i++)
        {
            var (stage, from) = (learning.Stages[i], weights);
            var phase = new TrainingPhase<float>(
                $"{label}, {stage.Name}", stage.Trainer.Rule.GetType().Name, stage.Trainer.StepsOf(stage.Samples),
                () => TrainingState<float>.Begin(from.Copy(), stage.Trainer.Rule),
                (state, progress) => stage.Trainer.Run(state, stage.Data, random.Fork("stage").Fork(i), workers, progress));
            var (result, best) = phase.Train(weights.Width, folder.TrainingCheckpoint(entry.Name, i), (file.Config.Output ?? new OutputConfig()).CheckpointSeconds, request, 1);
            (weights, seconds) = (best, seconds + result.Seconds);
            if (result.Ended == TrainingEnd.NotFinite)
                return new(entry, null, seconds, FormattableString.Invariant(
                    $"The training of '{entry.Name}' met a loss or gradient that is not finite at step {result.Last.Step + 1} of {result.Last.Steps} of its stage '{stage.Name}'; a lower rate may help."));
            stages.Add((JsonNode)new JsonObject
            {
                ["name"] = stage.Name, ["epochs"] = result.Losses.Count, ["loss"] = result.Losses is [.., var loss] ? loss : null, ["seconds"] = result.Seconds,
            });
        }
        own.Start();
        LearnedState learned;
        try
        {
            learned = learning.Finish(weights, workers);
        }
        catch (ArgumentException e)
        {
            return new(entry, null, seconds, $"The training of '{entry.Name}' could not be finished: {InputException.Sentence(e)}");
        }
        seconds += own.Elapsed.TotalSeconds;
        LearnedFile.Save(weightsFile, entry.Kind, learning.Network, learned);
        AtomicFile.WriteText(sidecar, Describe(Path.GetFileName(weightsFile), learned, stages, seconds));
        return Learned(learned, seconds);

        LearnedEntry Learned(LearnedState state, double trainingSeconds) => new(With(state), state, trainingSeconds);
    }

    private ILearning Prepare(Workers workers)
    {
        try
        {
            var twins = Twins().On(workers);
            return ((ILearnedMethod)entry.Method).Prepare(experiment.Seen?.Invoke(twins) ?? twins, random.Fork("data"), workers);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{entry.Settings.Where}: method '{entry.Name}' cannot be trained here: {InputException.Sentence(e)}", e);
        }
    }

    /// <summary>The experiment's own source of truths, or that of an experiment which is observed, or moves, in another way.</summary>
    private TwinSource Twins()
    {
        if (experiment.Twins is not { } twins)
            return entry.Training is { Observations: not null }
                ? throw new InputException(
                    $"{entry.Settings.Where}: training.observations of method '{entry.Name}' lays out observations of a twin, but observations.file names a file; the training observes as the file does.")
                : FilePreparation.Twins(file.Config with { System = entry.Training?.System ?? file.Config.System }, file.Folder, experiment);
        if (entry.Training is not { } setup || setup is { Observations: null, System: null })
            return twins;
        var config = file.Config with
        {
            Observations = setup.Observations ?? file.Config.Observations,
            System = setup.System ?? file.Config.System,
            Truth = setup.System is null ? file.Config.Truth : null,
        };
        var attractor = new Lazy<Matrix<double>>(() => Preparation.LongRun(config, file.Folder, random));
        return Preparation.Source(config, file.Folder, entry.Method.NeedsClimatology, experiment.Random, attractor);
    }

    private MethodEntry With(LearnedState state) => Fit(() => entry with { Method = ((ILearnedMethod)entry.Method).With(state) });

    private T Fit<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{entry.Settings.Where}: what method '{entry.Name}' has learned does not fit: {InputException.Sentence(e)}", e);
        }
    }

    private string Describe(string weights, LearnedState learned, JsonArray stages, double seconds) => new JsonObject
    {
        ["method"] = entry.Kind,
        ["name"] = entry.Name,
        ["settings"] = ModelFile.Json(entry.Settings),
        ["experiment"] = file.Config.Name,
        ["seed"] = file.Config.Seed,
        ["weights"] = weights,
        ["count"] = learned.Weights.Width,
        ["statistics"] = new JsonObject(learned.Statistics.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonArray(pair.Value.Rows, pair.Value.Width)))),
        ["stages"] = stages,
        ["trainingSeconds"] = seconds,
    }.ToJsonString(Indented) + "\n";
}

/// <summary>A learned method after its training.</summary>
/// <param name="Entry">Ready to run.</param>
/// <param name="State">What was learned; null where the training failed.</param>
/// <param name="Seconds">Wall time of the training; null where it shares another's.</param>
/// <param name="Failure">Why it cannot run; null where it can.</param>
internal sealed record LearnedEntry(MethodEntry Entry, LearnedState? State, double? Seconds, string? Failure = null);
