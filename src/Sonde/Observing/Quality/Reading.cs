using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Quality;

/// <summary>One number that somebody read somewhere, as it came.</summary>
/// <param name="Time">When, in the system's unit.</param>
/// <param name="Field">Which field of the system.</param>
/// <param name="Value">What was read.</param>
/// <param name="StandardDeviation">How wrong it usually is.</param>
/// <param name="Point">Where; null where the field has no place or <paramref name="Index"/> says where.</param>
/// <param name="Index">Which point of the field's grid, from 0; −1 where <paramref name="Point"/> says where.</param>
/// <param name="Station">Who read it; null where nobody said.</param>
public readonly record struct Reading(
    double Time, string Field, double Value, double StandardDeviation, SpacePoint? Point = null, int Index = -1, string? Station = null)
{
    /// <summary>What is read of a row; null where the field does not exist or does not reach there.</summary>
    public Probe? ProbeIn(Domain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var field = domain.IndexOf(Field);
        if (field < 0)
            return null;
        var count = domain.Fields[field].Grid.Count;
        var index = Index < 0 && Point is null && count == 1 ? 0 : Index;
        if (index >= 0)
            return index < count ? Probe.Of(domain, domain.OffsetOf(field) + index) : null;
        if (Point is not { } point)
            return null;
        var probe = Probe.At(field, point);
        return FieldReader.CanRead(domain, probe) ? probe : null;
    }
}
