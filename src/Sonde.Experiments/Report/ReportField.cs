namespace Sonde.Experiments.Report;

/// <summary>A field at several times: its truth, where known, and what methods believe.</summary>
/// <param name="Name">As in the system's domain.</param>
/// <param name="Unit">"1" or empty where it has none.</param>
/// <param name="Geometry">Where the values lie.</param>
/// <param name="Times">Of the snapshots, ascending; see <see cref="ReportThinning.Snapshots"/>.</param>
public sealed record ReportField(string Name, string Unit, ReportGeometry Geometry, double[] Times)
{
    /// <summary>Positive and negative values are alike, as in a vorticity: colors then diverge from 0.</summary>
    public bool Diverging { get; init; }

    /// <summary>[times][points]; null where it is not known.</summary>
    public float[][]? Truth { get; init; }

    /// <summary>One for each method that has any.</summary>
    public IReadOnlyList<ReportEstimate> Estimates { get; init; } = [];
}
