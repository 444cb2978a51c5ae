using Sonde.Dynamics.Fields;

namespace Sonde.Dynamics;

/// <summary>One physical field of a row: consecutive components, one a grid point.</summary>
/// <param name="Name">As in files and reports, for example "x" or "temperature".</param>
/// <param name="Unit">As in reports; "1" where it has none.</param>
/// <param name="Grid">Where the components lie.</param>
public sealed record Field(string Name, string Unit, IGrid Grid);

/// <summary>What the components of a row are: fields one after the other, in one space; then parameters, which lie nowhere.</summary>
public sealed class Domain
{
    private readonly int[] offsets;

    /// <summary>Fields in the order of a row's components.</summary>
    /// <param name="space">Where the grids lie.</param>
    /// <param name="fields">At least one.</param>
    /// <param name="parameters">Names of uncertain parameters, the trailing components of a row.</param>
    public Domain(ISpace space, IReadOnlyList<Field> fields, IReadOnlyList<string>? parameters = null)
    {
        (Space, Fields, Parameters) = (space, fields, parameters ?? []);
        offsets = new int[fields.Count + 1];
        for (var i = 0; i < fields.Count; i++)
            offsets[i + 1] = checked(offsets[i] + fields[i].Grid.Count);
    }

    /// <summary>Components that are a field each, "x0", "x1", …, and lie nowhere.</summary>
    public static Domain Unplaced(int width) => Unplaced([.. Enumerable.Range(0, width).Select(i => $"x{i}")]);

    /// <summary>Components that are a field each, of these names, and lie nowhere.</summary>
    public static Domain Unplaced(params IReadOnlyList<string> names) =>
        new(new Nowhere(), [.. names.Select(name => new Field(name, "1", new SinglePoint()))]);

    /// <summary>Where points lie and how far apart they are.</summary>
    public ISpace Space { get; }

    /// <summary>The fields, in order.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>Names of the trailing components that are parameters.</summary>
    public IReadOnlyList<string> Parameters { get; }

    /// <summary>What makes these fields of rows that do not hold them; null where a row's components are the fields.</summary>
    public IFieldDecoder? Decoder { get; init; }

    /// <summary>Components of all fields together, without parameters.</summary>
    public int FieldWidth => offsets[^1];

    /// <summary>All components of a row.</summary>
    public int Width => FieldWidth + Parameters.Count;

    /// <summary>First component of field <paramref name="field"/>.</summary>
    public int OffsetOf(int field) => offsets[field];

    /// <summary>Which field a component belongs to; −1 for a parameter.</summary>
    public int FieldOf(int component)
    {
        if (component >= FieldWidth)
            return -1;
        var at = Array.BinarySearch(offsets, component);
        if (at < 0)
            return ~at - 1;
        while (offsets[at + 1] == component)        // fields without points share an offset
            at++;
        return at;
    }

    /// <summary>Where a component lies; null for a parameter.</summary>
    public SpacePoint? PointOf(int component)
    {
        var field = FieldOf(component);
        return field < 0 ? null : Fields[field].Grid[component - offsets[field]];
    }

    /// <summary>The index of the field of this name; −1 where there is none.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Fields.Count; i++)
            if (Fields[i].Name == name)
                return i;
        return -1;
    }
}
