using System.Globalization;
using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Quality;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>Listens to a method, scores what it believes, and keeps what the results and the report need.</summary>
public sealed class Recorder : IAnalysisObserver
{
    private static readonly double[] Levels = [0.1, 0.3, 0.5, 0.7, 0.9];
    private static readonly string[] PerCycle = ["rmse", "relativeRmse", "spread", "crps", "energyScore", "negativeLogLikelihood", .. Levels.Select(CoverageName)];
    private readonly PreparedExperiment experiment;
    private readonly IReadOnlyList<StateHistory> histories;
    private readonly int?[] lost;
    private readonly ScoreKeeper keeper;
    private readonly IReadOnlyList<BackgroundScreen> screens;
    private readonly BeliefDecoder? decoder;
    private DivergenceMonitor monitor = new();
    private int trajectory;
    private double decodedBefore;

    /// <summary>Scores against the experiment's truth, and stores the analysis of the first trajectories, as many as there are histories.</summary>
    /// <param name="experiment">What all methods share.</param>
    /// <param name="histories">One for each of the first trajectories; empty for none.</param>
    /// <param name="ledger">This method's own; null where observations are simulated.</param>
    /// <param name="screens">The background check of each trajectory; empty for none.</param>
    public Recorder(PreparedExperiment experiment, IReadOnlyList<StateHistory> histories, ObservationLedger? ledger, IReadOnlyList<BackgroundScreen> screens)
    {
        (this.experiment, this.histories, this.screens, lost) = (experiment, histories, screens, new int?[experiment.Trajectories]);
        decoder = experiment.View is { } view ? new BeliefDecoder(view, experiment.Errors) : null;
        Series = new SeriesTable(experiment.Observations.Count);
        keeper = new ScoreKeeper(experiment.Random.Fork("ranks"), experiment.Scored, Levels, 0, experiment.Fields.FieldWidth,
            experiment.Trajectories > 1 ? experiment.Times : null);
        Innovations = new InnovationRecorder(experiment.Scored, ledger, experiment.Random.Fork("innovation-ranks"));
        if (experiment.Withheld is { } withheld)
            (Withheld, WithheldSmoothed) = (new WithheldScores(withheld), new WithheldScores(withheld));
    }

    /// <summary>Everything recorded, by observation time.</summary>
    public SeriesTable Series { get; }

    /// <summary>Wall time spent on making fields of latent rows; null where rows hold them.</summary>
    public double? DecodingSeconds => decoder is null ? null : decodedBefore + decoder.Seconds;

    /// <summary>Where truths ranked among members at times that are scored; null where nothing was ranked.</summary>
    public RankHistogram? Ranks => keeper.Ranks;

    /// <summary>Predicted variances and squared errors at times that are scored.</summary>
    public SpreadSkill SpreadSkill => keeper.SpreadSkill;

    /// <summary>How the analysis predicts observations that were kept back; null where none were.</summary>
    public WithheldScores? Withheld { get; }

    /// <summary>The same of the smoothed states.</summary>
    public WithheldScores? WithheldSmoothed { get; }

    /// <summary>Departures of observations that were used.</summary>
    internal InnovationRecorder Innovations { get; }

    /// <summary>What is believed at the last observation time of the first trajectory about uncertain parameters; null where there are none.</summary>
    internal ParameterSample? Parameters { get; private set; }

    /// <summary>Of each trajectory the first observation time at which innovations showed that the truth was lost; null where it was not.</summary>
    public IReadOnlyList<int?> LostAt => lost;

    /// <summary>The probabilities of the intervals whose coverage is recorded, and the name of each one's series.</summary>
    public static IEnumerable<(double Level, string Name)> Coverages => Levels.Select(level => (level, CoverageName(level)));

    /// <summary>What follows is about this trajectory.</summary>
    public void Begin(int trajectory) => (this.trajectory, monitor) = (trajectory, new DivergenceMonitor());

    /// <summary>How many threads may make fields of latent rows.</summary>
    internal void Use(Workers workers)
    {
        if (decoder is not null)
            decoder.Workers = workers;
    }

    /// <inheritdoc/>
    public void OnForecast(Observation observation, IBelief belief, ReadOnlyBatch<double> predicted)
    {
        var k = Position(observation);
        using var frame = Scratch.Enter();
        if (experiment.Truth is { } truth)
        {
            var mean = frame.Rent(1, experiment.Fields.Width)[0];
            (decoder?.Fields(belief) ?? belief).Mean(mean);
            Series["forecastRmse"][k] = RootMeanSquare(Fields(mean), Fields(truth[k]));
        }
        if (observation.Count == 0 || predicted.Rows == 0)
            return;
        var predictedMean = frame.Rent(1, observation.Count)[0];
        var predictedVariance = frame.Rent(1, observation.Count)[0];
        PredictedMoments.Of(observation.Operator, belief, predicted, predictedMean, predictedVariance);
        var check = DivergenceMonitor.Check(observation, predictedMean, predictedVariance);
        (Series["consistency"][k], Series["innovationSquare"][k]) = (check.Consistency, check.Square);
        Watch(observation, check);
        Innovations.OnForecast(observation, belief, predicted, predictedMean, predictedVariance);
    }

    /// <inheritdoc/>
    public void OnAnalysis(Observation observation, IBelief belief)
    {
        var k = Position(observation);
        Withheld?.Record(k, belief);
        Innovations.OnAnalysis(observation, belief);
        belief = decoder?.FieldsWithErrors(belief, observation, trajectory) ?? belief;
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, belief.Width)[0];
        var variance = frame.Rent(1, belief.Width)[0];
        belief.Mean(mean);
        belief.Variance(variance);
        if (trajectory < histories.Count)
            histories[trajectory].Keep(observation.Index, belief, mean, variance);
        var domain = experiment.Fields;
        if (domain.Parameters.Count > 0 && k == experiment.Times - 1)
            Parameters = ParameterSample.Of(belief, domain);
        for (var p = 0; p < domain.Parameters.Count; p++)
        {
            (Series[$"{domain.Parameters[p]}.mean"][k], Series[$"{domain.Parameters[p]}.sd"][k]) = (mean[domain.FieldWidth + p], Math.Sqrt(variance[domain.FieldWidth + p]));
            if (experiment.Truth is { } known)
                Series[$"{domain.Parameters[p]}.error"][k] = mean[domain.FieldWidth + p] - known[k, domain.FieldWidth + p];
        }
        if (experiment.Truth is not { } truth)
        {
            Series["spread"][k] = Math.Sqrt(TensorPrimitives.Sum(Fields(variance)) / domain.FieldWidth);
            return;
        }
        Series["normalizedRmse"][k] = NormalizedRmse(mean, truth[k]);
        keeper.Record(k, belief, truth[k]);
        foreach (var name in PerCycle)
            if (keeper.Series(name)[k] is var value && !double.IsNaN(value))
                Series[name][k] = name == "energyScore" ? value / Math.Sqrt(experiment.Fields.FieldWidth) : value;
    }

    /// <inheritdoc/>
    public void OnSmoothed(Observation observation, IBelief belief)
    {
        var k = Position(observation);
        WithheldSmoothed?.Record(k, belief);
        belief = decoder?.FieldsWithErrors(belief, observation, trajectory) ?? belief;
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, belief.Width)[0];
        var variance = frame.Rent(1, belief.Width)[0];
        belief.Mean(mean);
        belief.Variance(variance);
        Series["smoothedSpread"][k] = Math.Sqrt(TensorPrimitives.Sum(Fields(variance)) / Fields(variance).Length);
        if (experiment.Truth is not { } truth)
            return;
        Series["smoothedRmse"][k] = RootMeanSquare(Fields(mean), Fields(truth[k]));
        Series["normalizedSmoothedRmse"][k] = NormalizedRmse(mean, truth[k]);
    }

    /// <inheritdoc/>
    public void OnDiagnostic(Observation observation, string name, double value) => Series[name][Position(observation)] = value;

    /// <summary>Adds what is not in <see cref="Series"/> to a checkpoint.</summary>
    internal void Save(Checkpoint file)
    {
        if (Ranks is { } ranks)
            file.Set("ranks", [.. ranks.Counts.Select(count => (double)count)]);
        var (pairs, count) = SpreadSkill.Save();
        file.Set("spreadSkill", pairs);
        file.Set("spreadSkillCount", count);
        Innovations.Save(file);
        Parameters?.Save(file);
        if (DecodingSeconds is { } decoding)
            file.Set("decodingSeconds", decoding);
        Withheld?.Save(file, "withheld");
        WithheldSmoothed?.Save(file, "withheldSmoothed");
    }

    /// <summary>Puts back what <see cref="Save"/> gave, up to the current trajectory; after <see cref="Series"/> was restored.</summary>
    internal void Restore(Checkpoint file, int current)
    {
        if (file.Contains("ranks"))
            keeper.RestoreRanks(new RankHistogram([.. file.Matrix("ranks").Values.ToArray().Select(count => (long)count)]));
        SpreadSkill.Restore(file.Matrix("spreadSkill"), file.WholeNumber("spreadSkillCount"));
        Innovations.Restore(file);
        Parameters = ParameterSample.Load(file);
        decodedBefore = file.Contains("decodingSeconds") ? file.Number("decodingSeconds") : 0;
        Withheld?.Restore(file, "withheld");
        WithheldSmoothed?.Restore(file, "withheldSmoothed");
        var consistency = Series.Find("consistency");
        var square = Series.Find("innovationSquare");
        for (var k = 0; k <= current; k++)
        {
            Begin(k);
            var observations = screens.Count > 0 ? screens[k].Observations : experiment.Of(k);
            for (var t = 0; consistency is not null && t < experiment.Times; t++)
                if (k * experiment.Times + t is var at && !double.IsNaN(consistency[at]))
                    Watch(observations[t], new InnovationCheck(consistency[at], square![at]));
        }
    }

    private static string CoverageName(double level) => string.Create(CultureInfo.InvariantCulture, $"coverage{100 * level:0.###}");

    private int Position(Observation observation) => trajectory * experiment.Times + observation.Index;

    private void Watch(Observation observation, InnovationCheck check)
    {
        monitor.Watch(observation, check);
        lost[trajectory] = monitor.LostAt;
    }

    private ReadOnlySpan<double> Fields(ReadOnlySpan<double> row) => row[..experiment.Fields.FieldWidth];

    private static double RootMeanSquare(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => TensorPrimitives.Distance(a, b) / Math.Sqrt(a.Length);

    /// <summary>Root mean square of errors in units of each component's own standard deviation, over the components that vary.</summary>
    private double NormalizedRmse(ReadOnlySpan<double> mean, ReadOnlySpan<double> truth)
    {
        var (deviations, sum, count) = (experiment.Deviations!, 0.0, 0);
        for (var i = 0; i < deviations.Count; i++)
            if (deviations[i] > 0)
            {
                var error = (mean[i] - truth[i]) / deviations[i];
                (sum, count) = (sum + error * error, count + 1);
            }
        return Math.Sqrt(sum / count);                                  // NaN where nothing varies
    }
}
