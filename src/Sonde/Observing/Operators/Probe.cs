using Sonde.Dynamics;
using Sonde.Dynamics.Fields;

namespace Sonde.Observing.Operators;

/// <summary>What is read once: a field at a point, or exactly one component of the row.</summary>
/// <param name="Field">Which field of the domain; −1 for a parameter.</param>
/// <param name="Point">Where; null where the component has no place.</param>
/// <param name="Component">Which component of the row exactly; −1 where the field is interpolated to the point.</param>
public readonly record struct Probe(int Field, SpacePoint? Point, int Component)
{
    /// <summary>A field at a point, by interpolation.</summary>
    public static Probe At(int field, SpacePoint point) => new(field, point, -1);

    /// <summary>One component of the row, exactly; a parameter too.</summary>
    public static Probe Of(Domain domain, int component) =>
        new(domain.FieldOf(component), domain.Space.Dimensions == 0 ? null : domain.PointOf(component), component);
}
