using System.Numerics;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// What a surrogate's networks see of fields and places: values without their mean in units of their deviation, a number of each a field, and
/// coordinates such that all grids together run from −1 to 1 along each axis. Fields may lie on staggered grids.
/// </summary>
public sealed class FieldFrame
{
    private readonly double[] mean, deviation, center, halfWidth;

    /// <summary>Frames fields.</summary>
    /// <param name="domain">The fields.</param>
    /// <param name="mean">A number a field.</param>
    /// <param name="deviation">A number above 0 a field.</param>
    /// <exception cref="ArgumentException">There is no field, numbers do not fit, or the fields have no place.</exception>
    public FieldFrame(Domain domain, ReadOnlySpan<double> mean, ReadOnlySpan<double> deviation)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (domain.Fields.Count == 0 || mean.Length != domain.Fields.Count || deviation.Length != domain.Fields.Count)
            throw new ArgumentException($"{domain.Fields.Count} fields need a mean and a deviation each, not {mean.Length} and {deviation.Length}.", nameof(mean));
        if (domain.Space.Dimensions is < 1 or > 2)
            throw new ArgumentException($"Fields lie on a line or a surface, not in {domain.Space.Dimensions} dimensions.", nameof(domain));
        foreach (var number in deviation)
            if (!(number > 0))
                throw new ArgumentException($"A deviation is {number} but must be above 0.", nameof(deviation));
        var points = domain.Fields.SelectMany(field => field.Grid.Points()).ToArray();
        (Domain, this.mean, this.deviation) = (domain, mean.ToArray(), deviation.ToArray());
        IsOnOneGrid = domain.Fields.All(field => field.Grid.Count == domain.Fields[0].Grid.Count) && Enumerable.Range(0, points.Length).All(i => points[i] == points[i % domain.Fields[0].Grid.Count]);
        (center, halfWidth) = (new double[domain.Space.Dimensions], new double[domain.Space.Dimensions]);
        for (var axis = 0; axis < center.Length; axis++)
        {
            var (least, greatest) = (points.Min(point => Coordinate(point, axis)), points.Max(point => Coordinate(point, axis)));
            (center[axis], halfWidth[axis]) = (0.5 * (least + greatest), greatest > least ? 0.5 * (greatest - least) : 1);
        }
    }

    /// <summary>The fields.</summary>
    public Domain Domain { get; }

    /// <summary>True where all fields lie at the same points.</summary>
    public bool IsOnOneGrid { get; }

    /// <summary>How many fields there are.</summary>
    public int Fields => Domain.Fields.Count;

    /// <summary>How many coordinates a place has.</summary>
    public int Dimensions => center.Length;

    /// <summary>A number a field.</summary>
    public ReadOnlySpan<double> Mean => mean;

    /// <summary>A number a field.</summary>
    public ReadOnlySpan<double> Deviation => deviation;

    /// <summary>Coordinates as networks see them, a row a point.</summary>
    public Matrix<T> Coordinates<T>(IReadOnlyList<SpacePoint> points) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(points);
        var scaled = new Matrix<T>(points.Count, Dimensions);
        for (var i = 0; i < points.Count; i++)
            for (var axis = 0; axis < Dimensions; axis++)
                scaled[i, axis] = T.CreateChecked((Coordinate(points[i], axis) - center[axis]) / halfWidth[axis]);
        return scaled;
    }

    /// <summary>All fields at all points of their grids, in the order of a row of the domain.</summary>
    public FieldPlace[] GridPlaces() => [.. Enumerable.Range(0, Fields).SelectMany(field => Domain.Fields[field].Grid.Points().Select(point => new FieldPlace(field, point)))];

    /// <summary>Weights that interpolate linearly from a row of the domain to a place.</summary>
    /// <param name="place">Where; its field exists.</param>
    /// <param name="components">Which components, 8 or more.</param>
    /// <param name="shares">The weight of each.</param>
    /// <returns>How many are used.</returns>
    /// <exception cref="ArgumentException">The point lies outside the field's grid.</exception>
    internal int Interpolate(FieldPlace place, Span<int> components, Span<double> shares)
    {
        var field = Domain.Fields[place.Field];
        var used = field.Grid.Interpolate(Domain.Space, place.Point, components, shares);
        if (used == 0)
            throw new ArgumentException($"The point {place.Point} lies outside the grid of field '{field.Name}'.", nameof(place));
        foreach (ref var component in components[..used])
            component += Domain.OffsetOf(place.Field);
        return used;
    }

    /// <summary>Refuses fields that do not exist.</summary>
    internal void Check(IReadOnlyList<FieldPlace> places)
    {
        foreach (var place in places)
            if ((uint)place.Field >= (uint)Fields)
                throw new ArgumentException($"There is no field {place.Field}: the domain has {Fields}.", nameof(places));
    }

    private static double Coordinate(SpacePoint point, int axis) => axis == 0 ? point.X : point.Y;
}
