using System.Globalization;
using Sonde.Assimilation.Learned;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>One point of a sweep, or the only one: its preparation and the runs of its methods.</summary>
public sealed class PointRun
{
    private readonly Lock gate = new();
    private readonly MethodRun?[] runs;
    private readonly PreparedExperiment?[] own;         // as each method sees the experiment: in the latent rows of a surrogate, or as it is
    private readonly MethodEntry?[] ready;              // null where the method must first be trained
    private readonly Lazy<LearnedEntry>?[] trained;
    private PreparedExperiment? prepared;
    private int left;

    /// <summary>A point that has not run yet.</summary>
    /// <param name="file">The experiment.</param>
    /// <param name="folder">Where its files go.</param>
    public PointRun(ExperimentFile file, PointFolder folder)
    {
        (File, Folder) = (file, folder);
        (runs, own, ready) = (new MethodRun?[file.Methods.Count], new PreparedExperiment?[file.Methods.Count], new MethodEntry?[file.Methods.Count]);
        trained = new Lazy<LearnedEntry>?[file.Methods.Count];
        left = runs.Length;
    }

    /// <summary>The experiment.</summary>
    public ExperimentFile File { get; }

    /// <summary>Where its files go.</summary>
    public PointFolder Folder { get; }

    /// <summary>Its methods.</summary>
    public IReadOnlyList<MethodEntry> Methods => File.Methods;

    /// <summary>The scores; null until every method has run.</summary>
    public Summary? Summary { get; private set; }

    /// <summary>Takes the scores of an earlier run that was done with this point; false where none was.</summary>
    /// <exception cref="InputException">They are damaged.</exception>
    public bool Resume() => (Summary = Folder.Finished()) is not null;

    /// <summary>Makes the truth and the observations, and lets every method refuse.</summary>
    /// <exception cref="InputException">The experiment cannot be carried out.</exception>
    public PreparedExperiment Prepare()
    {
        lock (gate)
        {
            if (prepared is not null)
                return prepared;
            var shared = Preparation.Prepare(File.Config, File.Folder, File.Methods.Any(entry => entry.Surrogate is null && entry.Method.NeedsClimatology));
            var latent = new LatentPreparation(shared, File.Folder);
            for (var m = 0; m < own.Length; m++)
            {
                own[m] = latent.For(Methods[m]);
                if (Methods[m].Term is not { } term)
                    continue;
                var corrected = Corrected(Methods[m], own[m]!, () => term.File is { } weights ? LearnedTerm.Load(Path.Combine(File.Folder, weights)) : LearnedTerm.Nothing);
                own[m] = term.File is null ? own[m] : corrected;        // what is not learned yet must fit too
            }
            prepared = shared;
            var refusals = File.Methods
                .Select((entry, m) => (entry, reason: entry.Method.Refuses(own[m]!.Problem)))
                .Where(pair => pair.reason is not null)
                .Select(pair => $"{pair.entry.Settings.Where}: method '{pair.entry.Name}' cannot run here: {pair.reason}");
            if (refusals.Concat(TooLarge(prepared.Fields.Width)).ToArray() is { Length: > 0 } faults)
                throw new InputException(faults);
            for (var m = 0; m < ready.Length; m++)
                ready[m] = Learns(m) ? Learning(m, own[m]!).FromFile() : Methods[m];
            return prepared;
        }
    }

    private int IndexOf(string name) => Methods.ToList().FindIndex(method => method.Name == name);

    private bool Learns(int index) => Methods[index].Method is ILearnedMethod { Learns: true };

    private MethodLearning Learning(int index, PreparedExperiment experiment) => new(Methods[index], File, experiment, Folder);

    private string LabelOf(string method) => Folder.Label.Length == 0 ? method : $"{Folder.Label} {method}";

    /// <summary>A method after its training, or that of another, whichever of those that need it comes first.</summary>
    private LearnedEntry Learned(int index, Workers workers, RunRequest request)
    {
        Lazy<LearnedEntry> lazy;
        lock (gate)
            lazy = trained[index] ??= new(() => Methods[index].Training?.Of is { } of
                ? Learning(index, own[index]!).From(Learned(IndexOf(of), workers, request))
                : Learning(index, own[index]!).Train(workers, request, LabelOf(Methods[index].Name)));
        return lazy.Value;
    }

    /// <summary>The experiment with a model that has what was learned.</summary>
    private PreparedExperiment Corrected(MethodEntry entry, PreparedExperiment experiment, Func<Matrix<double>> term)
    {
        try
        {
            return experiment.Running(File.Config.System is FieldSystem system ? system.With(term())
                : throw new ArgumentException("Its model is no tendency to which a term could be added."));
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{entry.Settings.Where}: method '{entry.Name}' cannot have a term: {InputException.Sentence(e)}", e);
        }
    }

    /// <summary>Ensembles that no memory of this machine holds.</summary>
    private IEnumerable<string> TooLarge(int width)
    {
        foreach (var entry in File.Methods)
            if (entry.Settings["members"] is { Text: { } text } node && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var members)
                && Memory.Refuses(members * width, copies: 3) is { } reason)
                yield return $"{node.Where}: methods[{entry.Name}].members is {text}: {members} members of {width} components need {reason}.";
    }

    /// <summary>The experiment as each method sees it, after <see cref="Prepare"/>.</summary>
    internal IReadOnlyList<PreparedExperiment> Own => [.. own.Select(one => one!)];

    /// <summary>Runs method <paramref name="index"/>; the last one to end writes the point's files.</summary>
    public void RunMethod(int index, Workers workers, RunRequest request)
    {
        var shared = Prepare();
        var (name, entry) = (Methods[index].Name, ready[index]);
        var label = LabelOf(name);
        foreach (var note in own[index]!.Notes)
            request.Progress.Note(note);
        var learned = entry is null ? Learned(index, workers, request) : null;
        var failure = learned?.Failure;
        if (Methods[index].Term?.Of is { } of)
        {
            var teacher = Learned(IndexOf(of), workers, request);
            if (teacher.State is { } state && LearnedTerm.Of(state) is { } term)
                own[index] = Corrected(Methods[index], own[index]!, () => term);
            else
                failure = $"It has no term to run with: {teacher.Failure}";
        }
        var run = new MethodRun(entry ?? learned!.Entry, own[index]!, File.Config.Output ?? new OutputConfig(), Folder.IsOnly, Folder.Checkpoint(name))
        {
            TrainingSeconds = learned?.Seconds,
        };
        if (failure is not null)
            run.Fail(failure);
        else
            run.Run(workers, request.Resume, request.Progress, label, request.Cancel);
        runs[index] = run;
        if (Interlocked.Decrement(ref left) > 0)
            return;
        Summary = new Summary(File.Config.Name, File.Config.Seed, shared.Times, [.. runs.Select(r => r!.Summarize())])
        {
            Trajectories = shared.Trajectories > 1 ? shared.Trajectories : null,
            Overrides = File.Overrides.Count > 0 ? File.Overrides : null,
            Observations = shared.Ledger is { } ledger ? Fates.Counts(ledger.Count()) : null,
        };
        Folder.Write(this, shared, [.. runs.Select(r => r!)], request.Progress);
        if (!Folder.IsOnly)
        {
            prepared = null;                            // a sweep of many points must not keep every truth
            Array.Clear(own);
            Array.Clear(ready);
            Array.Clear(trained);
            Array.Clear(runs);
        }
    }
}
