namespace Sonde.Experiments.Report;

/// <summary>
/// Where a field's points lie. On grids <see cref="X"/> and <see cref="Y"/> are the coordinates along each axis and values
/// run along x first; for scattered points they are the coordinates of each point.
/// </summary>
/// <param name="Kind">How the points lie.</param>
/// <param name="X">Ascending on grids.</param>
/// <param name="Y">Ascending on grids; empty on a line.</param>
public sealed record ReportGeometry(ReportGeometryKind Kind, double[] X, double[] Y)
{
    /// <summary>Name of x on axes.</summary>
    public string XName { get; init; } = "x";

    /// <summary>Name of y on axes.</summary>
    public string YName { get; init; } = "y";

    /// <summary>Unit of x and y; empty where they have none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Sites of a ring or a line, numbered from 0.</summary>
    public static ReportGeometry Sites(int count, bool ring) =>
        new(ring ? ReportGeometryKind.Ring : ReportGeometryKind.Line, Count(count), []) { XName = "site" };

    /// <summary>How many values a snapshot has.</summary>
    public int Points => Kind is ReportGeometryKind.Plane or ReportGeometryKind.Sphere ? X.Length * Y.Length : X.Length;

    private static double[] Count(int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = i;
        return values;
    }
}
