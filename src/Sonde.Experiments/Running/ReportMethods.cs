using Sonde.Experiments.Configuration;
using Sonde.Experiments.Report;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>What a report says about one method: its scores, its numbers over time, and how far its uncertainty can be trusted.</summary>
internal static class ReportMethods
{
    private const int SpreadSkillBins = 20, FrequencyBins = 40;
    private static readonly (string Name, string Column)[] OverTime =
    [
        ("error", "rmse"), ("spread", "spread"), ("forecastError", "forecastRmse"), ("smoothedError", "smoothedRmse"), ("smoothedSpread", "smoothedSpread"),
        ("crps", "crps"),
    ];

    public static ReportMethod Of(MethodRun run, MethodSummary summary, MethodCalibration calibration, PreparedExperiment experiment, double[] times)
    {
        var scores = run.Scores;
        var domain = experiment.Fields;
        return new ReportMethod(run.Method.Name, run.Method.Kind)
        {
            Settings = Settings(run.Method),
            Scores = Scores(summary, run.Used),
            Calibration = Calibration(summary),
            Withheld = [.. ByField(summary.Withheld, false), .. ByField(summary.WithheldSmoothed, true)],
            Diverged = [.. (summary.DivergedTrajectories ?? []).Select(one => new ReportDivergedTrajectory(one.Trajectory, one.Cycle, one.IsScored, one.Reason))],
            Trajectories = ReportTrajectories.Of(run, experiment),
            Divergence = summary.Diverged ? Diverged(summary, times) : null,
            Learned = [.. (summary.Learned ?? new Dictionary<string, LearnedEstimate>()).Select(pair => new ReportLearned(pair.Key, pair.Value.Value, pair.Value.Truth ?? double.NaN))],
            Ranks = calibration.Ranks,
            SpreadSkill = calibration.SpreadSkill,
            Reliability = calibration.Reliability,
            Consistency = [.. (summary.Innovations ?? new Dictionary<string, InnovationScores>()).Select(pair => Consistency(pair.Key, UnitOf(pair.Key), pair.Value))],
            Series =
            [
                .. OverTime.Where(pair => run.Series.Find(pair.Column) is not null).Select(pair => new ReportSeries(pair.Name, times, scores.ByCycle(run.Series.Find(pair.Column)!))),
                .. run.Series.Find("consistency") is { } squares ? [new ReportSeries("innovationConsistency", times, [.. scores.ByCycle(squares).Select(Math.Sqrt)])] : Array.Empty<ReportSeries>(),
                .. Withheld(run, summary, experiment, times.Length)?.Series(times) ?? [],
            ],
        };

        string UnitOf(string field) => domain.IndexOf(field) is >= 0 and var f ? domain.Fields[f].Unit : "";

        IEnumerable<ReportWithheld> ByField(IReadOnlyDictionary<string, ObservationScores>? byField, bool isSmoothed) =>
            (byField ?? new Dictionary<string, ObservationScores>()).Select(pair =>
                new ReportWithheld(pair.Key, UnitOf(pair.Key), isSmoothed, pair.Value.Count) { Scores = Scores(pair.Value) });
    }

    /// <summary>Whether the method's uncertainty can be trusted: against the truth, or else against withheld observations.</summary>
    public static MethodCalibration CalibrationOf(MethodRun run, MethodSummary summary, PreparedExperiment experiment, int times)
    {
        var (withheld, scores) = (Withheld(run, summary, experiment, times), run.Scores);
        return new(run.Method.Name)
        {
            Ranks = [.. RanksOfTruth(run, scores), .. withheld?.Ranks ?? [], .. run.Innovations.Ranks.Select(pair => new ReportRanks($"innovations of {pair.Key}", pair.Value.Counts))],
            SpreadSkill = run.SpreadSkill.Count > 0 ? SpreadSkill(run.SpreadSkill) : withheld?.SpreadSkill is { } pairs ? SpreadSkill(pairs) : null,
            Reliability = run.Series.Find("coverage90") is null ? withheld?.Reliability : Reliability([.. Recorder.Coverages.Select(c => (c.Level, scores.Average(c.Name)))]),
        };
    }

    /// <summary>The settings of a method on one line.</summary>
    public static string Settings(MethodEntry method) =>
        string.Join(", ", method.Settings.Entries.Where(e => e.Key is not ("kind" or "name")).Select(e => $"{e.Key} {YamlFile.WriteInline(e.Value)}"));

    /// <summary>What is said of uncertainty in single numbers, by name.</summary>
    public static Dictionary<string, ReportScore> Calibration(MethodSummary m) => Finite(m.StandardErrors,
        ("ssrat", m.Ssrat), ("ssrel", m.Ssrel), ("ssrelByWidth", m.SsrelByWidth), ("pitd", m.Pitd), ("negativeLogLikelihood", m.NegativeLogLikelihood));

    /// <summary>Scores by name; those that a method does not have are left out.</summary>
    /// <param name="m">The method.</param>
    /// <param name="cycles">How many observation times its seconds are for.</param>
    public static Dictionary<string, ReportScore> Scores(MethodSummary m, int cycles)
    {
        var scores = Finite(m.StandardErrors,
            ("rmse", m.Rmse), ("relativeRmse", m.RelativeRmse), ("forecastRmse", m.ForecastRmse), ("smoothedRmse", m.SmoothedRmse), ("normalizedRmse", m.Medians is null ? double.NaN : m.NormalizedRmse),
            ("normalizedSmoothedRmse", m.Medians is null ? double.NaN : m.NormalizedSmoothedRmse), ("spread", m.Spread),
            ("spreadErrorRatio", m.SpreadErrorRatio), ("crps", m.Crps), ("energyScore", m.EnergyScore), ("coverage90", m.Coverage90),
            ("secondsPerCycle", m.Seconds / cycles), ("seconds", m.Seconds), ("trainingSeconds", m.TrainingSeconds ?? double.NaN));
        foreach (var (name, value) in m.Medians ?? new Dictionary<string, double>())
            if (name is "rmse" or "normalizedRmse" or "normalizedSmoothedRmse" && double.IsFinite(value))
                scores[$"median.{name}"] = new ReportScore(value);
        foreach (var (name, value) in m.ParameterRmse)
            if (double.IsFinite(value))
                scores[$"parameterRmse.{name}"] = new ReportScore(value);
        return scores;
    }

    private static Dictionary<string, ReportScore> Scores(ObservationScores s) => Finite(s.StandardErrors,
        ("rmse", s.Rmse), ("bias", s.Bias), ("spread", s.Spread), ("spreadErrorRatio", s.Spread / s.Rmse), ("crps", s.Crps), ("coverage90", s.Coverage90));

    private static Dictionary<string, ReportScore> Finite(IReadOnlyDictionary<string, double> errors, params ReadOnlySpan<(string Name, double Value)> all)
    {
        var scores = new Dictionary<string, ReportScore>();
        foreach (var (name, value) in all)
            if (double.IsFinite(value))
                scores[name] = new ReportScore(value, errors.GetValueOrDefault(name, double.NaN));
        return scores;
    }

    private static ReportConsistency Consistency(string field, string unit, InnovationScores s) => new(field, unit, s.Count)
    {
        Bias = s.Bias, Rmse = s.Rmse, Expected = s.Expected, ObservationAssumed = s.ObservationAssumed, ObservationDiagnosed = s.ObservationDiagnosed,
        ForecastAssumed = s.ForecastAssumed, ForecastDiagnosed = s.ForecastDiagnosed,
    };

    /// <summary>
    /// Ranks of the truth, and how many independent ones they are worth: as many as draws of a share of 1/2 would need to vary from
    /// time to time as the coverage of the 50 % interval does.
    /// </summary>
    private static IEnumerable<ReportRanks> RanksOfTruth(MethodRun run, TrajectoryScores scores)
    {
        if (run.Ranks is { Total: > 0 } ranks)
            yield return new ReportRanks("truth", ranks.Counts) { EffectiveCount = Independent(scores.Average("coverage50"), ranks.Total) };
    }

    /// <summary>n with p (1 − p)/n the squared standard error of a share p; NaN where that is not known.</summary>
    internal static double Independent(SeriesMean share, long most) =>
        Math.Min(most, share.Mean * (1 - share.Mean) / (share.StandardError * share.StandardError)) is > 0 and var n ? n : double.NaN;

    internal static ReportReliability Reliability(IReadOnlyList<(double Level, SeriesMean Share)> all) =>
        new([.. all.Select(one => one.Level)], [.. all.Select(one => one.Share.Mean)])
        {
            StandardError = [.. all.Select(one => one.Share.StandardError)],
        };

    private static WithheldCalibration? Withheld(MethodRun run, MethodSummary summary, PreparedExperiment experiment, int times) =>
        run.Withheld is { } kept && summary.Withheld is not null ? new(kept, times, experiment.Scored) : null;

    private static ReportDivergence Diverged(MethodSummary summary, double[] times) =>
        summary.DivergedAt is { } at ? new ReportDivergence(at, times[at], summary.Reason ?? "") : new ReportDivergence(-1, double.NaN, summary.Reason ?? "");

    private static ReportSpreadSkill SpreadSkill(SpreadSkill pairs)
    {
        var (bins, (edges, frequencies)) = (pairs.ByCount(SpreadSkillBins), pairs.Frequencies(FrequencyBins));
        return new ReportSpreadSkill([.. bins.Select(bin => bin.Spread)], [.. bins.Select(bin => bin.Error)], [.. bins.Select(bin => bin.Count)]) { Edges = edges, Frequencies = frequencies };
    }
}
