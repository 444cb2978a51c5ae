using System.Diagnostics;
using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Experiments.Configuration;
using Sonde.Numerics;
using Sonde.Observing.Quality;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>One method over the whole series of observation times, with checkpoints, scored.</summary>
public sealed class MethodRun
{
    private const int CountBins = 10, WidthBins = 20, ProbabilityParts = 10;        // of SSREL and PITD
    private static readonly HashSet<string> Known =
    [
        "rmse", "relativeRmse", "spread", "crps", "energyScore", "negativeLogLikelihood", "forecastRmse", "smoothedRmse", "normalizedRmse", "normalizedSmoothedRmse", "innovationSquare", .. Recorder.Coverages.Select(c => c.Name),
    ];

    private readonly TimeSpan checkpointEvery;
    private readonly MethodEntry method;
    private readonly PreparedExperiment experiment;
    private readonly MethodCheckpoint? checkpoint;
    private readonly AssimilationProblem problem;
    private readonly ExternalSystem? external;          // counts this method's failures alone
    private readonly Recorder recorder;
    private readonly BackgroundScreen[] screens;        // one a trajectory, or none
    private readonly StateHistory[] histories;          // one for each of the first trajectories, or none
    private readonly List<TrajectoryOutcome> outcomes = [];
    private string? failure;                            // of a training: nothing was assimilated

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
        histories = keepsHistory ? HistoriesOf(experiment, output) : [];
        Ledger = experiment.Ledger?.Copy();
        screens = experiment.BackgroundCheck is { } check
            ? [.. Enumerable.Range(0, experiment.Trajectories).Select(k => new BackgroundScreen(check, experiment.Of(k), Ledger))]
            : [];
        recorder = new Recorder(experiment, histories, Ledger, screens);
    }

    /// <summary>The method.</summary>
    public MethodEntry Method => method;

    /// <summary>Where truths ranked among members; null where nothing was ranked.</summary>
    public RankHistogram? Ranks => recorder.Ranks;

    /// <summary>Predicted variances and squared errors.</summary>
    public SpreadSkill SpreadSkill => recorder.SpreadSkill;

    /// <summary>The background check of this method's first trajectory; null where there is none.</summary>
    internal BackgroundScreen? Screen => screens.Length > 0 ? screens[0] : null;

    /// <summary>What the background check made of all observations; null where there is none.</summary>
    internal FateCounts? Judged => screens.Length > 0 ? BackgroundScreen.Count(screens) : null;

    /// <summary>How forecasts compare with the observations that were used.</summary>
    internal InnovationRecorder Innovations => recorder.Innovations;

    /// <summary>What analyses predict for observations that were kept back; null where none were.</summary>
    internal WithheldScores? Withheld => recorder.Withheld;

    /// <summary>What is believed at the last observation time about uncertain parameters; null where there are none.</summary>
    internal ParameterSample? Parameters => recorder.Parameters;

    /// <summary>What was recorded, by observation time.</summary>
    public SeriesTable Series => recorder.Series;

    /// <summary>Mean and standard deviation of the analysis of the first trajectory.</summary>
    /// <exception cref="InvalidOperationException">It was not kept.</exception>
    public StateHistory History => histories.Length > 0 ? histories[0] : throw new InvalidOperationException($"The history of {method.Name} was not kept.");

    /// <summary>The same of each of the first trajectories; empty where nothing was kept.</summary>
    public IReadOnlyList<StateHistory> Histories => histories;

    /// <summary>Every reading of a file with what became of it, this method's background check included; null in a twin experiment.</summary>
    public ObservationLedger? Ledger { get; }

    /// <summary>Wall time, over all sessions of a resumed run, without <see cref="DecodingSeconds"/>.</summary>
    public double Seconds { get; private set; }

    /// <summary>Wall time of making fields of latent rows for scores; null for methods whose rows hold the fields.</summary>
    public double? DecodingSeconds => recorder.DecodingSeconds;

    /// <summary>Wall time of the training; null for methods that learn nothing, or have learned before.</summary>
    public double? TrainingSeconds { get; init; }

    /// <summary>What became of each trajectory.</summary>
    public IReadOnlyList<TrajectoryOutcome> Outcomes => outcomes;

    /// <summary>Averages of what was recorded.</summary>
    internal TrajectoryScores Scores => new(experiment, Series, outcomes, recorder.LostAt);

    /// <summary>Names of the series that the method itself reported.</summary>
    internal IEnumerable<string> Diagnostics => Series.Names.Where(name => !Known.Contains(name) && !name.Contains('.', StringComparison.Ordinal));

    /// <summary>How many observation times were used, of all trajectories together.</summary>
    public int Used => outcomes.Sum(outcome => outcome.Used);

    /// <summary>A method that could not be trained: reported with its reason, and not run.</summary>
    internal void Fail(string reason)
    {
        failure = reason;
        for (var k = 0; k < experiment.Trajectories; k++)
            outcomes.Add(new TrajectoryOutcome(AnalysisStatus.Diverged, reason, 0, 0));
    }

    /// <summary>Runs to the end.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped; its checkpoint is written.</exception>
    public void Run(Workers workers, bool resume, IRunProgress progress, string label, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var saved = resume ? checkpoint?.Load(recorder, histories, screens, external) : null;
        var before = saved?.Seconds ?? 0;
        var decodedBefore = recorder.DecodingSeconds ?? 0;
        recorder.Use(workers);
        var lastSave = Stopwatch.StartNew();
        outcomes.AddRange(saved?.Outcomes ?? []);
        progress.Begin(label, experiment.Observations.Count);
        for (var k = outcomes.Count; k < experiment.Trajectories; k++, saved = null)
            outcomes.Add(Follow(k, saved));
        Seconds = Elapsed();
        checkpoint?.Save(new SavedRun(outcomes, Seconds), recorder, histories, screens, external);
        progress.End(label, Ending());

        double Elapsed() => before + clock.Elapsed.TotalSeconds - ((recorder.DecodingSeconds ?? 0) - decodedBefore);

        TrajectoryOutcome Follow(int trajectory, SavedRun? saved)
        {
            var own = Stopwatch.StartNew();
            if (saved?.Belief is null)
                recorder.Begin(trajectory);
            var random = TwinSource.Of(experiment.Random.Fork("method").Fork(method.Name), trajectory);
            var cycle = new Cycle(
                method.Method, problem, experiment.Priors[trajectory], experiment.Of(trajectory), recorder, random, workers, saved?.Window ?? 0, saved?.Belief,
                screens.Length > 0 ? screens[trajectory] : null);
            var outcome = saved?.Current ?? new TrajectoryOutcome(AnalysisStatus.Sound, null, 0, 0);
            var (earlier, decoded) = (outcome.Seconds, recorder.DecodingSeconds ?? 0);
            while (outcome.Status != AnalysisStatus.Diverged && cycle.Advance())
            {
                outcome = new TrajectoryOutcome(cycle.Last!.Status, cycle.Last.Reason, cycle.Used, earlier + own.Elapsed.TotalSeconds - ((recorder.DecodingSeconds ?? 0) - decoded));
                progress.Advance(label, (long)trajectory * experiment.Times + cycle.Used);
                if (checkpoint is null || (lastSave.Elapsed < checkpointEvery && !cancel.IsCancellationRequested))
                    continue;
                checkpoint.Save(
                    new SavedRun(outcomes, Elapsed()) { Current = outcome, Window = cycle.Window, Belief = cycle.Belief },
                    recorder, histories, screens, external);
                lastSave.Restart();
                cancel.ThrowIfCancellationRequested();
            }
            return outcome;
        }
    }

    /// <summary>The scores after burn-in.</summary>
    public MethodSummary Summarize()
    {
        var scores = Scores;
        var failed = scores.Sound.Count == 0;
        var failures = scores.Failures();
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
            Ssrel = failed ? double.NaN : SpreadSkill.Reliability(recorder.SpreadSkill.ByCount(CountBins)),
            SsrelByWidth = failed ? double.NaN : SpreadSkill.Reliability(recorder.SpreadSkill.ByWidth(WidthBins)),
            Ssrat = failed ? double.NaN : recorder.SpreadSkill.Ratio,
            Pitd = failed ? double.NaN : recorder.Ranks?.DeviationOf(ProbabilityParts) ?? double.NaN,
            NegativeLogLikelihood = Average("negativeLogLikelihood"),
            ForecastRmse = Average("forecastRmse"),
            SmoothedRmse = Average("smoothedRmse"),
            NormalizedRmse = Average("normalizedRmse"),
            NormalizedSmoothedRmse = Average("normalizedSmoothedRmse"),
            Seconds = Seconds,
            TrainingSeconds = TrainingSeconds,
            DecodingSeconds = DecodingSeconds,
            Diverged = failed || experiment.Trajectories == 1 && failures.Count > 0,
            DivergedAt = experiment.Trajectories == 1 && failure is null && failures.Count > 0 ? failures[0].Cycle : null,
            Reason = failure ?? (failures.Count > 0 && (failed || experiment.Trajectories == 1) ? failures[0].Reason : null),
            DivergedTrajectories = experiment.Trajectories > 1 && failure is null ? failures : null,
            Medians = experiment.Trajectories > 1 ? scores.Medians() : null,
            StandardErrors = errors,
            ParameterRmse = Parameters(),
            Parameters = failed || Outcomes[0].Used < experiment.Times || experiment.Fields.Parameters.Count == 0 ? null : experiment.Fields.Parameters.ToDictionary(
                name => name, name => new ParameterEstimate(Series[$"{name}.mean"][experiment.Times - 1], Series[$"{name}.sd"][experiment.Times - 1])),
            Learned = method.Method is ILearnedMethod { LearnedParameters: { Count: > 0 } learned } ? learned.ToDictionary(pair => pair.Key, pair => Learned(pair.Key, pair.Value)) : null,
            Diagnostics = Averages(),
            Innovations = failed ? null : recorder.Innovations.Summarize(),
            FailedMembers = external?.Failures is { Count: > 0 } gone ? [.. gone.OrderBy(one => one.End).ThenBy(one => one.Member).Select(Failed)] : null,
            BackgroundCheck = Judged is { } judged ? Fates.Counts(judged) : null,
            Withheld = failed ? null : recorder.Withheld?.Summarize(experiment.Scored),
            WithheldSmoothed = failed ? null : recorder.WithheldSmoothed?.Summarize(experiment.Scored),
        };

        FailedMember Failed(ExternalFailure failure)
        {
            var grid = experiment.Problem.Grid;
            var cycle = experiment.Of(0).Count(o => grid.TimeOf(o.At) < failure.End - 1e-9 * grid.StepLength);
            return new FailedMember(failure.Member, cycle, failure.Sentence);
        }

        Dictionary<string, double> Parameters()
        {
            var result = new Dictionary<string, double>();
            foreach (var parameter in experiment.Fields.Parameters)
                if (!failed && scores.Average($"{parameter}.error", error => error * error) is { Count: > 0 } own)
                    result[parameter] = Math.Sqrt(own.Mean);
            return result;
        }

        LearnedEstimate Learned(string name, double value)
        {
            var truth = experiment.Twins?.TrueParameter(name);
            return new(value, truth, truth is { } own and not 0 ? (value - own) / Math.Abs(own) : null);
        }

        Dictionary<string, double> Averages() => Diagnostics
            .Select(name => (name, mean: scores.Average(name).Mean))
            .Where(pair => double.IsFinite(pair.mean)).ToDictionary(pair => pair.name, pair => pair.mean);

        double Average(string name)
        {
            var average = scores.Average(name);
            if (double.IsFinite(average.StandardError))
                errors[name] = average.StandardError;
            return average.Mean;
        }
    }

    /// <summary>Members are kept of the first trajectory alone: only files have them.</summary>
    private static StateHistory[] HistoriesOf(PreparedExperiment experiment, OutputConfig output)
    {
        var width = experiment.Fields.Width;
        return
        [
            .. Enumerable.Range(0, StateHistory.Trajectories(experiment.Trajectories, experiment.Times, width))
                .Select(k => new StateHistory(experiment.Times, width, k == 0 ? output : output with { Analysis = AnalysisOutput.Mean })),
        ];
    }

    private string Ending() => outcomes.Count(outcome => outcome.HasFailed) is > 0 and var failed
        ? outcomes.Count == 1 ? $"diverged at cycle {Used - 1}" : $"done, {failed} of {outcomes.Count} trajectories diverged"
        : "done";
}
