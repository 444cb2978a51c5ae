namespace Sonde.Experiments.Files;

/// <summary>A variable without its values.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="Type">What its values are.</param>
/// <param name="Dimensions">Names of its dimensions, slowest first; none for a single value.</param>
public sealed record VariableSchema(string Name, DataType Type, IReadOnlyList<string> Dimensions)
{
    /// <summary>Notes, by the CF conventions where they have a name: units, long_name, _FillValue, scale_factor …</summary>
    public Attributes Attributes { get; init; } = [];

    /// <summary>Shape of the blocks in which a file keeps the values; null leaves the choice to the writer.</summary>
    public IReadOnlyList<long>? Chunk { get; init; }
}
