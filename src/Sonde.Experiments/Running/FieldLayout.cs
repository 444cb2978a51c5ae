using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>How a field, or a parameter, of a row stands in a file of arrays.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Offset">First component of the row.</param>
/// <param name="Count">Components.</param>
/// <param name="Dimensions">Names of the grid's dimensions, slowest first; none for a single point.</param>
internal sealed record FieldLayout(string Name, string Unit, int Offset, int Count, IReadOnlyList<string> Dimensions)
{
    /// <summary>
    /// All fields and parameters of a domain. Fields share a dimension where their points have the same coordinates along it; where there are several
    /// of an axis, as on a staggered grid, each is named after the first field on it.
    /// </summary>
    /// <param name="domain">What a row is.</param>
    /// <param name="plain">True where variables have the plain names of fields and parameters, so that a dimension x beside a field x becomes grid_x.</param>
    /// <returns>Fields and parameters, and the coordinate of each dimension.</returns>
    public static (IReadOnlyList<FieldLayout> Parts, IReadOnlyList<(string Name, double[] Values)> Coordinates) Of(Domain domain, bool plain = false)
    {
        var taken = plain ? [.. domain.Fields.Select(field => field.Name), .. domain.Parameters] : new HashSet<string>();
        var axes = domain.Fields.Select(AxesOf).ToArray();
        var known = new List<(string Axis, string Field, double[] Values)>();
        for (var f = 0; f < axes.Length; f++)
            foreach (var (axis, values) in axes[f])
                if (!known.Exists(one => one.Axis == axis && one.Values.AsSpan().SequenceEqual(values)))
                    known.Add((axis, domain.Fields[f].Name, values));
        var names = known.ConvertAll(one => NameOf(one.Axis, known.Count(other => other.Axis == one.Axis) > 1 ? $"_{one.Field}" : "", taken));
        return (
            [
                .. domain.Fields.Select((field, f) => new FieldLayout(field.Name, field.Unit, domain.OffsetOf(f), field.Grid.Count,
                    [.. axes[f].Select(own => names[known.FindIndex(one => one.Axis == own.Axis && one.Values.AsSpan().SequenceEqual(own.Values))])])),
                .. domain.Parameters.Select((name, p) => new FieldLayout(name, "1", domain.FieldWidth + p, 1, [])),
            ],
            [.. known.Select((one, i) => (names[i], one.Values))]);
    }

    /// <summary>This part of some rows, row after row.</summary>
    public double[] Cut(Matrix<double> states, int every, int rows)
    {
        var values = new double[rows * Count];
        for (var row = 0; row < rows; row++)
            states[row * every].Slice(Offset, Count).CopyTo(values.AsSpan(row * Count));
        return values;
    }

    /// <summary>The coordinates along each axis of a field's grid, slowest first; none for a single point.</summary>
    private static (string Axis, double[] Values)[] AxesOf(Field field)
    {
        var (grid, shape) = (field.Grid, field.Grid.Shape);
        if (grid.Count == 1)
            return [];
        return shape.Count == 2
            ? [("y", [.. Enumerable.Range(0, shape[0]).Select(i => grid[i * shape[1]].Y)]), ("x", [.. Enumerable.Range(0, shape[1]).Select(i => grid[i].X)])]
            : [("x", [.. Enumerable.Range(0, grid.Count).Select(i => grid[i].X)])];
    }

    private static string NameOf(string axis, string suffix, HashSet<string> taken) => taken.Contains(axis + suffix) ? $"grid_{axis}{suffix}" : axis + suffix;
}
