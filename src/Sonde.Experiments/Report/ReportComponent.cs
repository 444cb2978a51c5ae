namespace Sonde.Experiments.Report;

/// <summary>One component, or one uncertain parameter, over time.</summary>
/// <param name="Name">As in the system's domain.</param>
/// <param name="Unit">"1" or empty where it has none.</param>
public sealed record ReportComponent(string Name, string Unit)
{
    /// <summary>An uncertain parameter rather than part of the state.</summary>
    public bool IsParameter { get; init; }

    /// <summary>Of many trajectories which one, from 0. The first few are shown, where they are not too much.</summary>
    public int Trajectory { get; init; }

    /// <summary>When the truth and the bands are known, ascending.</summary>
    public double[] Times { get; init; } = [];

    /// <summary>At <see cref="Times"/>; null where it is not known.</summary>
    public double[]? Truth { get; init; }

    /// <summary>What methods believe at <see cref="Times"/>.</summary>
    public IReadOnlyList<ReportBand> Bands { get; init; } = [];

    /// <summary>When the component itself was observed.</summary>
    public double[] ObservationTimes { get; init; } = [];

    /// <summary>What was read.</summary>
    public double[] ObservationValues { get; init; } = [];
}
