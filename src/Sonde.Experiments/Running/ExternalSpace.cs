namespace Sonde.Experiments.Running;

/// <summary>How distances between points of a state are measured.</summary>
public enum ExternalSpace
{
    /// <summary>Not at all: every distance is 0.</summary>
    None,

    /// <summary>Along a line, or a ring where the axis has a period.</summary>
    Line,

    /// <summary>In a plane, a cylinder or a torus.</summary>
    Plane,

    /// <summary>On the Earth, in km, between longitudes and latitudes in degrees.</summary>
    Sphere,
}
