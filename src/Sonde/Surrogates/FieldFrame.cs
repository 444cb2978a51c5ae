using System.Numerics;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// What a surrogate's networks see of fields and places: values without their mean in units of their deviation, a number of each a field, and
/// coordinates such that the grid runs from −1 to 1 along each axis.
/// </summary>
public sealed class FieldFrame
{
    private readonly double[] mean, deviation, center, halfWidth;

    /// <summary>Frames fields that all lie on one grid.</summary>
    /// <param name="domain">The fields.</param>
    /// <param name="mean">A number a field.</param>
    /// <param name="deviation">A number above 0 a field.</param>
    /// <exception cref="ArgumentException">There is no field, numbers do not fit, the fields have no place, or they lie on several grids.</exception>
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
        var points = domain.Fields[0].Grid.Points();
        for (var f = 1; f < domain.Fields.Count; f++)
            if (!domain.Fields[f].Grid.Points().AsSpan().SequenceEqual(points))
                throw new ArgumentException($"The fields '{domain.Fields[0].Name}' and '{domain.Fields[f].Name}' lie on different points; expected 1 grid for all.", nameof(domain));
        (Domain, this.mean, this.deviation) = (domain, mean.ToArray(), deviation.ToArray());
        (center, halfWidth) = (new double[domain.Space.Dimensions], new double[domain.Space.Dimensions]);
        for (var axis = 0; axis < center.Length; axis++)
        {
            var (least, greatest) = (points.Min(point => Coordinate(point, axis)), points.Max(point => Coordinate(point, axis)));
            (center[axis], halfWidth[axis]) = (0.5 * (least + greatest), greatest > least ? 0.5 * (greatest - least) : 1);
        }
    }

    /// <summary>The fields.</summary>
    public Domain Domain { get; }

    /// <summary>The grid of all fields.</summary>
    public IGrid Grid => Domain.Fields[0].Grid;

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

    /// <summary>All fields at all points of the grid, in the order of a row of the domain.</summary>
    public FieldPlace[] GridPlaces() => [.. Enumerable.Range(0, Fields).SelectMany(field => Grid.Points().Select(point => new FieldPlace(field, point)))];

    /// <summary>Refuses fields that do not exist.</summary>
    internal void Check(IReadOnlyList<FieldPlace> places)
    {
        foreach (var place in places)
            if ((uint)place.Field >= (uint)Fields)
                throw new ArgumentException($"There is no field {place.Field}: the domain has {Fields}.", nameof(places));
    }

    private static double Coordinate(SpacePoint point, int axis) => axis == 0 ? point.X : point.Y;
}
