using Sonde.Dynamics;
using Sonde.Dynamics.Fields;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Components of a row that share places: component offset + p lies at point p, for every offset. Fields on the same grid
/// are one group, and so are the several times that a smoother's row holds side by side.
/// </summary>
/// <param name="Grid">Where the points lie; null for components that lie nowhere, each of which is an offset of its own.</param>
/// <param name="Offsets">First component of each field.</param>
internal sealed record ComponentGroup(IGrid? Grid, int[] Offsets)
{
    /// <summary>The number of points.</summary>
    public int Points => Grid?.Count ?? 1;

    /// <summary>All groups of a row; the one without a place, if there is one, comes last.</summary>
    /// <param name="domain">What a row holds, once or several times.</param>
    /// <param name="width">Components of a row.</param>
    /// <exception cref="ArgumentException">The row does not hold the domain a whole number of times.</exception>
    public static List<ComponentGroup> Of(Domain domain, int width)
    {
        if (domain.Width == 0 || width % domain.Width != 0)
            throw new ArgumentException($"A row of {width} components does not hold a domain of {domain.Width} a whole number of times.", nameof(width));
        var placed = new List<(IGrid Grid, List<int> Offsets)>();
        var nowhere = new List<int>();
        for (var first = 0; first < width; first += domain.Width)
        {
            for (var field = 0; field < domain.Fields.Count; field++)
            {
                var (grid, offset) = (domain.Fields[field].Grid, first + domain.OffsetOf(field));
                if (domain.Space.Dimensions == 0)
                    nowhere.AddRange(Enumerable.Range(offset, grid.Count));
                else if (placed.Find(group => group.Grid.Equals(grid)).Offsets is { } shared)
                    shared.Add(offset);
                else
                    placed.Add((grid, [offset]));
            }
            nowhere.AddRange(Enumerable.Range(first + domain.FieldWidth, domain.Parameters.Count));
        }
        var groups = placed.ConvertAll(group => new ComponentGroup(group.Grid, [.. group.Offsets]));
        if (nowhere.Count > 0)
            groups.Add(new ComponentGroup(null, [.. nowhere]));
        return groups;
    }
}
