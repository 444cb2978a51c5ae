using Sonde.Dynamics.Fields;
using Sonde.Experiments.Files;

namespace Sonde.Experiments.Running;

/// <summary>Finds out where the values of a variable lie, from the coordinates in its file.</summary>
internal static class ExternalGrid
{
    private const double Even = 1e-5;       // share of a step by which coordinates kept as float differ from equally spaced ones

    /// <summary>The grid of a variable, or the places that count where not all do.</summary>
    public static IGrid Of(DataSet data, Variable variable, int[]? places)
    {
        var names = variable.Schema.Dimensions;
        var shape = data.Schema.ShapeOf(variable.Schema);
        int[] axes = [.. Enumerable.Range(0, names.Count).Where(d => shape[d] > 1)];
        if (axes.Length == 0)
            return new SinglePoint();
        var coordinates = axes.Select(d => Coordinates(data, names[d], shape[d])).ToArray();
        if (places is null && axes.Length <= 2 && coordinates.All(IsEven))
            return new RegularGrid(Axis(coordinates[^1], names[axes[^1]], data), axes.Length == 2 ? Axis(coordinates[0], names[axes[0]], data) : null);
        var points = new SpacePoint[variable.Values.Length];
        var at = new double[3];             // x, y, z; further dimensions are no place
        for (var i = 0; i < points.Length; i++)
        {
            var rest = i;
            for (var a = axes.Length - 1; a >= 0; a--)
            {
                if (axes.Length - 1 - a < at.Length)
                    at[axes.Length - 1 - a] = coordinates[a][rest % coordinates[a].Length];
                rest /= coordinates[a].Length;
            }
            points[i] = new SpacePoint(at[0], at[1], at[2]);
        }
        return new ScatteredPoints(places is null ? points : [.. places.Select(i => points[i])]);
    }

    /// <summary>Whether another variable names this one as its coordinate.</summary>
    public static bool IsCoordinate(DataSet data, string name) => data.Variables.Any(variable =>
        variable.Schema.Attributes.Text("coordinates")?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(name) == true
        || variable.Schema.Attributes.Text("bounds") == name);

    /// <summary>Whether coordinates are longitudes and latitudes, by their units.</summary>
    public static bool IsGeographic(DataSet data) => data.Variables.Any(IsLongitude);

    /// <summary>The space of this many axes.</summary>
    public static ExternalSpace Usual(int axes) => axes switch { 0 => ExternalSpace.None, 1 => ExternalSpace.Line, _ => ExternalSpace.Plane };

    private static bool IsLongitude(Variable variable) =>
        variable.Schema.Attributes.Text("units") is "degrees_east" or "degree_east" or "degrees_E" or "degree_E" or "degreesE" or "degreeE";

    private static double[] Coordinates(DataSet data, string name, long count) =>
        data.Contains(name) && data[name] is { } variable && variable.Schema.Type != DataType.Text && variable.Values.Length == count
            ? variable.ToDoubles()
            : [.. Enumerable.Range(0, checked((int)count)).Select(i => (double)i)];

    private static bool IsEven(double[] x)
    {
        var step = (x[^1] - x[0]) / (x.Length - 1);
        return step != 0 && double.IsFinite(step) && Enumerable.Range(0, x.Length).All(i => Math.Abs(x[i] - x[0] - i * step) <= Even * Math.Abs(step));
    }

    // Longitudes go round the Earth.
    private static GridAxis Axis(double[] x, string name, DataSet data)
    {
        var step = (x[^1] - x[0]) / (x.Length - 1);
        var period = data.Contains(name) && IsLongitude(data[name]) && x.Length * Math.Abs(step) <= 360 * (1 + Even) ? 360 : 0;
        return new GridAxis(x[0], step, x.Length, period);
    }
}
