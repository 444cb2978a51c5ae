namespace Sonde.Experiments.Report;

/// <summary>How a field's points lie, and so how it is drawn.</summary>
public enum ReportGeometryKind
{
    /// <summary>Points in a row, drawn over space and time.</summary>
    Line,

    /// <summary>As a line whose end meets its start.</summary>
    Ring,

    /// <summary>A rectangular grid of x and y.</summary>
    Plane,

    /// <summary>A rectangular grid of longitude and latitude, in degrees.</summary>
    Sphere,

    /// <summary>Points anywhere in a plane.</summary>
    Scattered,

    /// <summary>Points anywhere on a sphere: longitude and latitude in degrees.</summary>
    ScatteredSphere,
}
