namespace Sonde.Experiments.Report;

/// <summary>What a method believes about a field at its times. Values that are not finite are drawn as missing.</summary>
/// <param name="Method">Name of the method.</param>
public sealed record ReportEstimate(string Method)
{
    /// <summary>The analysis, [times][points]. Where the truth is known it is kept as the error, which loses less to packing.</summary>
    public float[][]? Mean { get; init; }

    /// <summary>Analysis − truth, [times][points]; made from <see cref="Mean"/> where the truth is known.</summary>
    public float[][]? Error { get; init; }

    /// <summary>Standard deviation, [times][points]; null where the method has none.</summary>
    public float[][]? Spread { get; init; }
}
