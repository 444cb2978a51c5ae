using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sonde.Assimilation.Learned;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
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
    private readonly RandomSource random = experiment.Random.Fork("training").Fork(entry.Name);

    /// <summary>The method with what the file named by <c>weights</c> holds; null where none is named.</summary>
    /// <exception cref="InputException">The file does not fit.</exception>
    public MethodEntry? FromFile() => entry.Training?.Weights is { } weights ? With(LearnedFile.Load(Path.Combine(file.Folder, weights), entry.Kind, Prepare(Workers.One).Network)) : null;

    /// <summary>Trains the method, or goes on where a training was stopped; afterwards the weights lie in the results folder.</summary>
    /// <exception cref="InputException">The method does not fit the experiment.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped; its checkpoint is written.</exception>
    public LearnedEntry Train(Workers workers, RunRequest request, string label)
    {
        var clock = new SavedClock(folder.TrainingClock(entry.Name), request.Resume);
        var learning = Prepare(workers);
        var (weightsFile, sidecar) = (folder.Weights(entry.Name), Path.ChangeExtension(folder.Weights(entry.Name), ".json"));
        if (request.Resume && File.Exists(sidecar))
            return new(With(LearnedFile.Load(weightsFile, entry.Kind, learning.Network)), JsonNode.Parse(File.ReadAllText(sidecar))!["trainingSeconds"]!.GetValue<double>());
        var weights = new Matrix<float>(1, learning.Network.WeightCount);
        learning.Network.Initialize(weights.Values, random.Fork("weights"));
        var stages = new JsonArray();
        for (var i = 0; i < learning.Stages.Count; i++)
        {
            var stage = learning.Stages[i];
            var (state, ended, last) = Run(stage, learning.Network, weights, i, clock, workers, request, $"{label}, {stage.Name}");
            if (ended == TrainingEnd.NotFinite)
                return new(entry, clock.Seconds, FormattableString.Invariant(
                    $"The training of '{entry.Name}' met a loss or gradient that is not finite at step {last.Step + 1} of {last.Steps} of its stage '{stage.Name}'; a lower rate may help."));
            weights = state.Averaged;
            stages.Add((JsonNode)new JsonObject { ["name"] = stage.Name, ["steps"] = state.Step, ["loss"] = state.Losses is [.., var loss] ? loss : null });
        }
        var learned = learning.Finish(weights, workers);
        LearnedFile.Save(weightsFile, entry.Kind, learning.Network, learned);
        AtomicFile.WriteText(sidecar, Describe(Path.GetFileName(weightsFile), learned, stages, clock.Seconds));
        return new(With(learned), clock.Seconds);
    }

    private (TrainingState<float> State, TrainingEnd Ended, TrainingStep Last) Run(
        LearningStage stage, ILayer<float> network, Matrix<float> weights, int index, SavedClock clock, Workers workers, RunRequest request, string label)
    {
        var (rule, checkpoint) = (stage.Trainer.Rule, folder.TrainingCheckpoint(entry.Name, index));
        var state = (request.Resume ? checkpoint.Load(network, rule) : null) ?? TrainingState<float>.Begin(weights.Copy(), rule);
        var every = TimeSpan.FromSeconds((file.Config.Output ?? new OutputConfig()).CheckpointSeconds);
        var (sinceSave, last) = (Stopwatch.StartNew(), new TrainingStep());
        request.Progress.Begin(label, (long)stage.Trainer.StepsOfEpoch(stage.Samples) * stage.Trainer.Epochs);
        var ended = stage.Trainer.Run(state, stage.Samples, stage.Loss, random.Fork("stage").Fork(index), workers, step =>
        {
            last = step;
            request.Progress.Advance(label, step.Step + 1, FormattableString.Invariant($"loss {step.Loss:0.00e0}, rate {step.LearningRate:0.0e0}"));
            if (sinceSave.Elapsed >= every)
                Save();
            return !request.Cancel.IsCancellationRequested;
        });
        Save();
        request.Progress.End(label, ended switch { TrainingEnd.Finished => "trained", TrainingEnd.Stopped => $"stopped at step {state.Step}", _ => "not finite" });
        if (ended == TrainingEnd.Stopped)
            request.Cancel.ThrowIfCancellationRequested();
        return (state, ended, last);

        void Save()
        {
            checkpoint.Save(state, rule);
            clock.Save();
            sinceSave.Restart();
        }
    }

    private ILearning Prepare(Workers workers)
    {
        try
        {
            return ((ILearnedMethod)entry.Method).Prepare(Twins().On(workers), random.Fork("data"), workers);
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
            throw new InputException($"{entry.Settings.Where}: method '{entry.Name}' learns from simulated truths and observations, but observations.file names a file; expected a twin experiment.");
        if (entry.Training is not { } setup || setup is { Observations: null, System: null })
            return twins;
        var config = file.Config with
        {
            Observations = setup.Observations ?? file.Config.Observations,
            System = setup.System ?? file.Config.System,
            Truth = setup.System is null ? file.Config.Truth : null,
        };
        var attractor = new Lazy<Matrix<double>>(() => Preparation.Attractor(Preparation.Build(config.System, file.Folder, false, "system"), config, random.Fork("attractor")));
        return Preparation.Source(config, file.Folder, entry.Method.NeedsClimatology, experiment.Random, attractor);
    }

    private MethodEntry With(LearnedState state)
    {
        try
        {
            return entry with { Method = ((ILearnedMethod)entry.Method).With(state) };
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
        ["settings"] = YamlFile.WriteInline(entry.Settings),
        ["experiment"] = file.Config.Name,
        ["seed"] = file.Config.Seed,
        ["weights"] = weights,
        ["count"] = learned.Weights.Width,
        ["statistics"] = new JsonObject(learned.Statistics.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonArray(pair.Value.Rows, pair.Value.Width)))),
        ["stages"] = stages,
        ["trainingSeconds"] = seconds,
    }.ToJsonString(Indented) + "\n";

    /// <summary>Seconds over all sessions of a training.</summary>
    private sealed class SavedClock
    {
        private readonly string path;
        private readonly double before;
        private readonly Stopwatch session = Stopwatch.StartNew();

        public SavedClock(string path, bool resume) => (this.path, before) = (path, resume && File.Exists(path) ? Checkpoint.Read(path).Number("seconds") : 0);

        public double Seconds => before + session.Elapsed.TotalSeconds;

        public void Save()
        {
            var file = new Checkpoint();
            file.Set("seconds", Seconds);
            file.Write(path);
        }
    }
}

/// <summary>A learned method after its training.</summary>
/// <param name="Entry">Ready to run.</param>
/// <param name="Seconds">Wall time of the training.</param>
/// <param name="Failure">Why it cannot run; null where it can.</param>
internal sealed record LearnedEntry(MethodEntry Entry, double Seconds, string? Failure = null);
