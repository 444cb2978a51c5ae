using Sonde.Numerics;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>Locations that are points of the grid, chosen for each field by its shape alone, so that fields on like grids are observed together.</summary>
public abstract record GridLocations : ILocations
{
    /// <inheritdoc/>
    public virtual bool Change => false;

    /// <inheritdoc/>
    public IReadOnlyList<Probe> Choose(ObservedFields fields, double time, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(random);
        var probes = new List<Probe>();
        foreach (var group in fields.Groups)
            foreach (var point in Points(group, random.Fork(group.Components.Count)))
                probes.Add(Probe.Of(fields.Domain, group.Components[point]));
        return probes;
    }

    /// <summary>Which points of a grid, each in 0 … count − 1.</summary>
    protected abstract IEnumerable<int> Points(ComponentGroup group, RandomSource random);

    /// <summary>Every combination of chosen places along each axis, slowest first.</summary>
    protected static IEnumerable<int> Product(IReadOnlyList<int> shape, Func<int, IEnumerable<int>> along)
    {
        IEnumerable<int> points = [0];
        for (var axis = 0; axis < shape.Count; axis++)
        {
            var (places, length) = (along(axis).ToArray(), shape[axis]);
            points = points.SelectMany(point => places, (point, place) => point * length + place);
        }
        return points;
    }
}
