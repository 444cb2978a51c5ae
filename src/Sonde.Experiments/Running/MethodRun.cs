using System.Diagnostics;
using Sonde.Assimilation;
using Sonde.Experiments.Configuration;
using Sonde.Numerics;
using Sonde.Observing.Quality;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>One method over the whole series of observation times, with checkpoints, scored.</summary>
public sealed class MethodRun
{
    private static readonly HashSet<string> Known =
    [
        "rmse", "relativeRmse", "spread", "crps", "energyScore", "forecastRmse", "smoothedRmse", "innovationSquare", .. Recorder.Coverages.Select(c => c.Name),
    ];

    private readonly TimeSpan checkpointEvery;
    private readonly MethodEntry method;
    private readonly PreparedExperiment experiment;
    private readonly MethodCheckpoint? checkpoint;
    private readonly AssimilationProblem problem;
    private readonly ExternalSystem? external;          // counts this method's failures alone
    private readonly Recorder recorder;
    private readonly BackgroundScreen? screen;
    private readonly StateHistory? history;

    /// <summary>A run from its beginning, or from its checkpoint where there is one and it may be used.</summary>
    /// <param name="method">The method.</param>
    /// <param name="experiment">What all methods share.</param>
    /// <param name="output">What is kept of the analysis.</param>
    /// <param name="keepsHistory">False where nobody will read <see cref="History"/>: the points of a sweep.</param>
    /// <param name="checkpoint">Where the run is saved; null for nowhere.</param>
    public MethodRun(MethodEntry method, PreparedExperiment experiment, OutputConfig output, bool keepsHistory, MethodCheckpoint? checkpoint)
    {
        (this.method, this.experiment, this.checkpoint) = (method, experiment, checkpoint);
        external = (experiment.Problem.System as ExternalSystem)?.Share();
        problem = external is null ? experiment.Problem : experiment.Problem with { System = external };
        checkpointEvery = TimeSpan.FromSeconds(output.CheckpointSeconds);
        history = keepsHistory ? new StateHistory(experiment.Observations.Count, experiment.Problem.System.Width, output) : null;
        Ledger = experiment.Ledger?.Copy();
        screen = experiment.BackgroundCheck is { } check ? new BackgroundScreen(check, experiment.Observations, Ledger) : null;
        recorder = new Recorder(experiment, history, Ledger, screen);
    }

    /// <summary>The method.</summary>
    public MethodEntry Method => method;

    /// <summary>Where truths ranked among members; null where nothing was ranked.</summary>
    public RankHistogram? Ranks => recorder.Ranks;

    /// <summary>Predicted variances and squared errors.</summary>
    public SpreadSkill SpreadSkill => recorder.SpreadSkill;

    /// <summary>The background check of this method; null where there is none.</summary>
    internal BackgroundScreen? Screen => screen;

    /// <summary>How forecasts compare with the observations that were used.</summary>
    internal InnovationRecorder Innovations => recorder.Innovations;

    /// <summary>What analyses predict for observations that were kept back; null where none were.</summary>
    internal WithheldScores? Withheld => recorder.Withheld;

    /// <summary>What is believed at the last observation time about uncertain parameters; null where there are none.</summary>
    internal ParameterSample? Parameters => recorder.Parameters;

    /// <summary>What was recorded, by observation time.</summary>
    public SeriesTable Series => recorder.Series;

    /// <summary>Mean and standard deviation of the analysis.</summary>
    /// <exception cref="InvalidOperationException">It was not kept.</exception>
    public StateHistory History => history ?? throw new InvalidOperationException($"The history of {method.Name} was not kept.");

    /// <summary>Every reading of a file with what became of it, this method's background check included; null in a twin experiment.</summary>
    public ObservationLedger? Ledger { get; }

    /// <summary>Wall time, over all sessions of a resumed run.</summary>
    public double Seconds { get; private set; }

    /// <summary>The outcome of the last window.</summary>
    public AnalysisStatus Status { get; private set; } = AnalysisStatus.Sound;

    /// <summary>What went wrong; null where nothing did.</summary>
    public string? Reason { get; private set; }

    /// <summary>How many observation times were used.</summary>
    public int Used { get; private set; }

    /// <summary>Runs to the end.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped; its checkpoint is written.</exception>
    public void Run(Workers workers, bool resume, IRunProgress progress, string label, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var saved = resume ? checkpoint?.Load(recorder, history, screen, external) : null;
        var before = saved?.Seconds ?? 0;
        var random = experiment.Random.Fork("method").Fork(method.Name);
        var cycle = new Cycle(
            method.Method, problem, experiment.Prior, experiment.Observations, recorder, random, workers, saved?.Window ?? 0, saved?.Belief, screen);
        progress.Begin(label, experiment.Observations.Count);
        var lastSave = Stopwatch.StartNew();
        (Status, Reason) = (saved?.Status ?? AnalysisStatus.Sound, saved?.Reason);
        while (Status != AnalysisStatus.Diverged && cycle.Advance())
        {
            (Status, Reason) = (cycle.Last!.Status, cycle.Last.Reason);
            progress.Advance(label, cycle.Used);
            if (checkpoint is null || (lastSave.Elapsed < checkpointEvery && !cancel.IsCancellationRequested))
                continue;
            checkpoint.Save(cycle, recorder, history, screen, external, before + clock.Elapsed.TotalSeconds, Status, Reason);
            lastSave.Restart();
            cancel.ThrowIfCancellationRequested();
        }
        Used = cycle.Used;
        Seconds = before + clock.Elapsed.TotalSeconds;
        checkpoint?.Save(cycle, recorder, history, screen, external, Seconds, Status, Reason);
        progress.End(label, Status == AnalysisStatus.Diverged ? $"diverged at cycle {Used - 1}" : "done");
    }

    /// <summary>The scores after burn-in.</summary>
    public MethodSummary Summarize()
    {
        var failed = Status == AnalysisStatus.Diverged;
        var lost = recorder.LostAt;
        var errors = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var (rmse, spread) = (Average("rmse"), Average("spread"));
        return new MethodSummary(method.Name, method.Kind)
        {
            Rmse = rmse,
            RelativeRmse = Average("relativeRmse"),
            Spread = spread,
            SpreadErrorRatio = spread / rmse,
            Crps = Average("crps"),
            EnergyScore = Average("energyScore"),
            Coverage90 = Average("coverage90"),
            ForecastRmse = Average("forecastRmse"),
            SmoothedRmse = Average("smoothedRmse"),
            Seconds = Seconds,
            Diverged = failed || lost is not null,
            DivergedAt = failed ? Used - 1 : lost,
            Reason = failed ? Reason : lost is null ? null : "innovations far larger than the spread explains, and as large as without assimilation",
            StandardErrors = errors,
            ParameterRmse = Parameters(),
            Diagnostics = Diagnostics(),
            Innovations = failed ? null : recorder.Innovations.Summarize(),
            FailedMembers = external?.Failures is { Count: > 0 } failures ? [.. failures.OrderBy(failure => failure.End).ThenBy(failure => failure.Member).Select(Failed)] : null,
            BackgroundCheck = screen is null ? null : Fates.Counts(screen.Count()),
            Withheld = failed ? null : recorder.Withheld?.Summarize(experiment.BurnIn),
            WithheldSmoothed = failed ? null : recorder.WithheldSmoothed?.Summarize(experiment.BurnIn),
        };

        FailedMember Failed(ExternalFailure failure)
        {
            var grid = experiment.Problem.Grid;
            var cycle = experiment.Observations.Count(o => grid.TimeOf(o.At) < failure.End - 1e-9 * grid.StepLength);
            return new FailedMember(failure.Member, cycle, failure.Sentence);
        }

        Dictionary<string, double> Parameters()
        {
            var result = new Dictionary<string, double>();
            foreach (var parameter in experiment.Problem.System.Domain.Parameters)
                if (!failed && Series.Find($"{parameter}.error") is { } own)
                    result[parameter] = Math.Sqrt(SeriesStatistics.Mean([.. own.Skip(experiment.BurnIn).Select(error => error * error)]).Mean);
            return result;
        }

        Dictionary<string, double> Diagnostics() => Series.Names.Where(name => !Known.Contains(name) && !name.Contains('.', StringComparison.Ordinal))
            .Select(name => (name, mean: SeriesStatistics.Mean(Series.Find(name).AsSpan(Math.Min(experiment.BurnIn, Series.Times))).Mean))
            .Where(pair => double.IsFinite(pair.mean)).ToDictionary(pair => pair.name, pair => pair.mean);

        double Average(string name)
        {
            // a run whose numbers failed has no averages: what came before the failure would look like skill
            if (failed || Series.Find(name) is not { } values)
                return double.NaN;
            var average = SeriesStatistics.Mean(values.AsSpan(Math.Min(experiment.BurnIn, values.Length)));
            if (double.IsFinite(average.StandardError))
                errors[name] = average.StandardError;
            return average.Mean;
        }
    }
}
