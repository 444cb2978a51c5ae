namespace Sonde.Dynamics.Fields;

/// <summary>A place in a <see cref="ISpace"/>: x alone on a line, x and y in a plane, longitude and latitude in degrees on a sphere.</summary>
public readonly record struct SpacePoint(double X, double Y = 0, double Z = 0);
