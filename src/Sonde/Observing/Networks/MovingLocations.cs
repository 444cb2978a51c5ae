using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>Points that move: drifters, ships, satellites. Those that are outside the grids at a time read nothing then.</summary>
/// <param name="Positions">Where they are at a time, in the system's unit; as many as there are then.</param>
public sealed record MovingLocations(Func<double, IReadOnlyList<SpacePoint>> Positions) : ILocations
{
    /// <summary>Points that follow tracks; each reads something while its track lasts.</summary>
    /// <param name="tracks">Any number.</param>
    /// <param name="space">Where they move.</param>
    public static MovingLocations Along(IReadOnlyList<Track> tracks, ISpace space)
    {
        ArgumentNullException.ThrowIfNull(tracks);
        return new MovingLocations(time => [.. tracks.Select(track => track.At(time, space)).OfType<SpacePoint>()]);
    }

    /// <inheritdoc/>
    public bool Change => true;

    /// <inheritdoc/>
    public IReadOnlyList<Probe> Choose(ObservedFields fields, double time, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var inside = Positions(time).Where(point => fields.Fields.All(field => FieldReader.CanRead(fields.Domain, Probe.At(field, point)))).ToArray();
        return [.. fields.Fields.SelectMany(field => inside, Probe.At)];
    }
}
