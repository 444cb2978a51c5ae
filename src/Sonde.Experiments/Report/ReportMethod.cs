namespace Sonde.Experiments.Report;

/// <summary>One method: how good it was and how far its uncertainty can be trusted.</summary>
/// <param name="Name">Unique in the report.</param>
/// <param name="Kind">For example "letkf".</param>
public sealed record ReportMethod(string Name, string Kind)
{
    /// <summary>The settings on one line, for example "members 24, inflation 1.02".</summary>
    public string Settings { get; init; } = "";

    /// <summary>
    /// Scores by their names in <c>summary.json</c>: rmse, relativeRmse, spread, spreadErrorRatio, crps, energyScore,
    /// coverage90, forecastRmse, smoothedRmse, normalizedRmse, normalizedSmoothedRmse, seconds, secondsPerCycle, trainingSeconds, and
    /// parameterRmse.NAME and median.NAME. Others are shown as they are.
    /// </summary>
    public IReadOnlyDictionary<string, ReportScore> Scores { get; init; } = new Dictionary<string, ReportScore>();

    /// <summary>How far uncertainty can be trusted, by names in <c>summary.json</c>: ssrat, ssrel, ssrelByWidth, pitd, negativeLogLikelihood.</summary>
    public IReadOnlyDictionary<string, ReportScore> Calibration { get; init; } = new Dictionary<string, ReportScore>();

    /// <summary>When and why the method lost the truth; null where it did not.</summary>
    public ReportDivergence? Divergence { get; init; }

    /// <summary>Of many trajectories those on which the method diverged.</summary>
    public IReadOnlyList<ReportDivergedTrajectory> Diverged { get; init; } = [];

    /// <summary>Of many trajectories the scores on each, by name; empty where there is one.</summary>
    public IReadOnlyList<ReportTrajectoryScore> Trajectories { get; init; } = [];

    /// <summary>Scores on observations that were kept back, by field.</summary>
    public IReadOnlyList<ReportWithheld> Withheld { get; init; } = [];

    /// <summary>
    /// Over time, by name: error, spread, forecastError, smoothedError, crps, innovationConsistency (actual size of innovations over
    /// expected), and withheldError.FIELD and withheldSpread.FIELD. Others are shown as they are.
    /// </summary>
    public IReadOnlyList<ReportSeries> Series { get; init; } = [];

    /// <summary>Where the truth, or a withheld observation, ranks among the members.</summary>
    public IReadOnlyList<ReportRanks> Ranks { get; init; } = [];

    /// <summary>Errors that came with small, middling and large spreads.</summary>
    public ReportSpreadSkill? SpreadSkill { get; init; }

    /// <summary>How often intervals held the truth.</summary>
    public ReportReliability? Reliability { get; init; }

    /// <summary>What it learned of the model in its training; empty where it learned nothing of it.</summary>
    public IReadOnlyList<ReportLearned> Learned { get; init; } = [];

    /// <summary>Assumed and diagnosed standard deviations of errors in observation space, by field.</summary>
    public IReadOnlyList<ReportConsistency> Consistency { get; init; } = [];
}
