namespace Sonde.Experiments.Files;

/// <summary>What follows from reading blocks.</summary>
public static class DataReaderExtensions
{
    /// <summary>The schema of a variable.</summary>
    /// <exception cref="InputException">The file has no such variable, or one that cannot be read.</exception>
    public static VariableSchema Require(this IDataReader reader, string variable)
    {
        if (reader.Schema.Find(variable) is { } schema)
            return schema;
        throw new InputException(reader.Unreadable.TryGetValue(variable, out var reason)
            ? $"Variable '{variable}' in {reader.Location} cannot be read: {reason}."
            : $"{reader.Location} has no variable '{variable}'; it has {Listed(reader.Schema)}.");
    }

    /// <summary>A whole variable.</summary>
    public static Variable Read(this IDataReader reader, string variable)
    {
        var schema = reader.Require(variable);
        var shape = reader.Schema.ShapeOf(schema);
        if (Region.Count(shape) > Array.MaxLength)
            throw new InputException($"Variable '{variable}' in {reader.Location} has {Region.Text(shape)} values, more than fit in memory at once.");
        return new Variable(schema, reader.Read(variable, new long[shape.Length], shape));
    }

    /// <summary>A block of numbers, unpacked by scale_factor and add_offset, missing ones NaN.</summary>
    /// <exception cref="InputException">The variable holds text.</exception>
    public static double[] ReadDoubles(this IDataReader reader, string variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        var schema = reader.Require(variable);
        return Packing.Of(schema.Attributes).Unpack(reader.Read(variable, start, count))
            ?? throw new InputException($"Variable '{variable}' in {reader.Location} holds text where numbers are needed.");
    }

    /// <summary>All numbers of a variable, unpacked by scale_factor and add_offset, missing ones NaN.</summary>
    /// <exception cref="InputException">The variable holds text.</exception>
    public static double[] ReadDoubles(this IDataReader reader, string variable)
    {
        var shape = reader.Schema.ShapeOf(reader.Require(variable));
        return reader.ReadDoubles(variable, new long[shape.Length], shape);
    }

    /// <summary>Everything, in memory.</summary>
    public static DataSet ReadAll(this IDataReader reader) => new(
        reader.Schema.Dimensions, [.. reader.Schema.Variables.Select(variable => reader.Read(variable.Name))], reader.Schema.Attributes);

    private static string Listed(DataSchema schema) =>
        schema.Variables.Count == 0 ? "none" : string.Join(", ", schema.Variables.Select(variable => variable.Name));
}
