using Sonde.Experiments.Report;

namespace Sonde.Experiments.Running;

/// <summary>What calibration.json holds of a method: whether its uncertainty can be trusted, as the report draws it.</summary>
/// <param name="Name">The method.</param>
public sealed record MethodCalibration(string Name)
{
    /// <summary>Where the truth, or a withheld observation, ranks.</summary>
    public IReadOnlyList<ReportRanks> Ranks { get; init; } = [];

    /// <summary>Errors that came with small, middling and large spreads; null where there is no truth.</summary>
    public ReportSpreadSkill? SpreadSkill { get; init; }

    /// <summary>How often intervals held the truth; null where nothing tells.</summary>
    public ReportReliability? Reliability { get; init; }
}
