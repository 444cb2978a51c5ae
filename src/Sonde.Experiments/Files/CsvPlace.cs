using Sonde.Dynamics.Fields;

namespace Sonde.Experiments.Files;

/// <summary>Reads where a line's values belong: coordinates, or the number of a grid point.</summary>
internal sealed class CsvPlace
{
    private readonly CsvTable table;
    private readonly bool isSphere;
    private readonly int[] coordinates;
    private readonly int index;

    /// <summary>Finds the columns.</summary>
    /// <exception cref="InputException">The space has places but the file has no columns for them.</exception>
    public CsvPlace(CsvTable table, IReadOnlyList<string>? position, string? indexColumn, ISpace space)
    {
        (this.table, isSphere) = (table, space is Sphere);
        index = indexColumn is null ? table.FindAny("index") : table.Column(indexColumn);
        coordinates = position is null ? Usual(space) : [.. position.Select(table.Column)];
        if (coordinates.Length == 0 && index < 0 && space.Dimensions > 0)
            throw new InputException(
                $"{table.Path}: no columns say where values belong; expected {(isSphere ? "longitude and latitude" : "x, y, z"[..(3 * space.Dimensions - 2)])} or index among {string.Join(", ", table.Header)}.");
        if (coordinates.Length > 0 && coordinates.Length != space.Dimensions)
            throw new InputException($"{table.Path}: positions are given by {coordinates.Length} columns; expected {space.Dimensions}, as many as the system's space has dimensions.");
    }

    /// <summary>Coordinates of the current line, or the number of a grid point; null and −1 where the file says neither.</summary>
    public (SpacePoint? Point, int Index) Read()
    {
        if (coordinates.Length == 0 || (index >= 0 && !table.IsEmpty(index)))
            return (null, index < 0 ? -1 : ReadIndex());
        var x = table.Number(coordinates[0]);
        if (isSphere && !(x is >= -360 and <= 360))
            throw table.Wrong(coordinates[0], "a longitude from -180 to 360 degrees");
        var y = coordinates.Length > 1 ? table.Number(coordinates[1]) : 0;
        if (isSphere && !(y is >= -90 and <= 90))
            throw table.Wrong(coordinates[1], "a latitude from -90 to 90 degrees");
        return (new SpacePoint(x, y, coordinates.Length > 2 ? table.Number(coordinates[2]) : 0), -1);
    }

    private int ReadIndex()
    {
        var number = table.Number(index);
        return number >= 0 && number <= int.MaxValue && number == Math.Floor(number)
            ? (int)number
            : throw table.Wrong(index, "the number of a grid point, a whole number from 0");
    }

    private int[] Usual(ISpace space)
    {
        int[] found = isSphere
            ? [table.FindAny("longitude", "lon"), table.FindAny("latitude", "lat")]
            : [.. "xyz".Take(space.Dimensions).Select(name => table.Find(name.ToString()))];
        return Array.Exists(found, column => column < 0) ? [] : found;
    }
}
