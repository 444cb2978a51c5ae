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
    /// <summary>All fields and parameters of a domain. Fields on grids of one shape share their dimensions.</summary>
    /// <param name="domain">What a row is.</param>
    /// <param name="plain">True where variables have the plain names of fields and parameters, so that a dimension x beside a field x becomes grid_x.</param>
    public static IReadOnlyList<FieldLayout> Of(Domain domain, bool plain = false)
    {
        var taken = plain ? [.. domain.Fields.Select(field => field.Name), .. domain.Parameters] : new HashSet<string>();
        var shapes = domain.Fields.Where(field => field.Grid.Count > 1).Select(field => string.Join('x', field.Grid.Shape)).Distinct().Count();
        return
        [
            .. domain.Fields.Select((field, f) => new FieldLayout(field.Name, field.Unit, domain.OffsetOf(f), field.Grid.Count, DimensionsOf(field, shapes == 1, taken))),
            .. domain.Parameters.Select((name, p) => new FieldLayout(name, "1", domain.FieldWidth + p, 1, [])),
        ];
    }

    /// <summary>The coordinate of each grid dimension.</summary>
    public static IReadOnlyList<(string Name, double[] Values)> Coordinates(Domain domain, IReadOnlyList<FieldLayout> layouts)
    {
        var coordinates = new List<(string Name, double[] Values)>();
        for (var f = 0; f < domain.Fields.Count; f++)
        {
            var (grid, names) = (domain.Fields[f].Grid, layouts[f].Dimensions);
            for (var axis = 0; axis < names.Count; axis++)
            {
                if (coordinates.Exists(c => c.Name == names[axis]))
                    continue;
                var stride = grid.Shape.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
                var isX = axis == names.Count - 1;
                coordinates.Add((names[axis], [.. Enumerable.Range(0, grid.Shape[axis]).Select(i => isX ? grid[i * stride].X : grid[i * stride].Y)]));
            }
        }
        return coordinates;
    }

    /// <summary>This part of some rows, row after row.</summary>
    public double[] Cut(Matrix<double> states, int every, int rows)
    {
        var values = new double[rows * Count];
        for (var row = 0; row < rows; row++)
            states[row * every].Slice(Offset, Count).CopyTo(values.AsSpan(row * Count));
        return values;
    }

    private static string[] DimensionsOf(Field field, bool shared, HashSet<string> taken)
    {
        if (field.Grid.Count == 1)
            return [];
        string[] axes = field.Grid.Shape.Count == 2 ? ["y", "x"] : ["x"];
        return [.. axes.Select(axis => shared ? axis : $"{axis}_{field.Name}").Select(name => taken.Contains(name) ? $"grid_{name}" : name)];
    }
}
