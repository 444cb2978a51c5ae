namespace Sonde.Experiments.Files;

/// <summary>An open file of arrays. Values are read a block at a time, so files may exceed memory.</summary>
public interface IDataReader : IDisposable
{
    /// <summary>Where the file is, as given.</summary>
    string Location { get; }

    /// <summary>What it holds.</summary>
    DataSchema Schema { get; }

    /// <summary>Variables that the file has but that cannot be read, each with the reason, as the end of a sentence.</summary>
    IReadOnlyDictionary<string, string> Unreadable { get; }

    /// <summary>
    /// A block of a variable as stored (neither unpacked nor cleared of missing values): double[], float[], int[], long[] or
    /// string[], row-major.
    /// </summary>
    /// <param name="variable">Its name.</param>
    /// <param name="start">First index along each dimension.</param>
    /// <param name="count">Points along each dimension.</param>
    /// <exception cref="InputException">The file has no such variable, or is damaged there; one sentence says what was found.</exception>
    /// <exception cref="ArgumentException">The block does not lie within the variable.</exception>
    Array Read(string variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count);
}

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
