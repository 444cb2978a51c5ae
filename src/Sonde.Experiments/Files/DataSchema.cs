namespace Sonde.Experiments.Files;

/// <summary>What a data set holds, without the values: dimensions, variables and attributes. Independent of any format.</summary>
public sealed class DataSchema
{
    private readonly Dictionary<string, Dimension> dimensions = [];
    private readonly Dictionary<string, VariableSchema> variables = [];

    /// <summary>Checks that names are unique and usable in a file, and that every variable's dimensions exist.</summary>
    /// <exception cref="ArgumentException">They are not; the sentence names the one that is wrong.</exception>
    public DataSchema(IReadOnlyList<Dimension> dimensions, IReadOnlyList<VariableSchema> variables, Attributes? attributes = null)
    {
        (Dimensions, Variables, Attributes) = (dimensions, variables, attributes ?? []);
        foreach (var dimension in dimensions)
        {
            RequireName(dimension.Name, "dimension");
            if (dimension.Length < 0)
                throw new ArgumentException($"Dimension '{dimension.Name}' has {dimension.Length} points; it needs 0 or more.", nameof(dimensions));
            if (!this.dimensions.TryAdd(dimension.Name, dimension))
                throw new ArgumentException($"There are two dimensions '{dimension.Name}'.", nameof(dimensions));
        }
        foreach (var variable in variables)
        {
            RequireName(variable.Name, "variable");
            if (!this.variables.TryAdd(variable.Name, variable))
                throw new ArgumentException($"There are two variables '{variable.Name}'.", nameof(variables));
            RequireDimensions(variable);
        }
    }

    /// <summary>The axes.</summary>
    public IReadOnlyList<Dimension> Dimensions { get; }

    /// <summary>The variables, in the order of the file.</summary>
    public IReadOnlyList<VariableSchema> Variables { get; }

    /// <summary>Notes on the whole.</summary>
    public Attributes Attributes { get; }

    /// <summary>The variable of this name; null where there is none.</summary>
    public VariableSchema? Find(string name) => variables.GetValueOrDefault(name);

    /// <summary>The dimension of this name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Dimension Dimension(string name) => dimensions.GetValueOrDefault(name)
        ?? throw new ArgumentException($"There is no dimension '{name}'; there are {string.Join(", ", dimensions.Keys)}.", nameof(name));

    /// <summary>Points of a variable along each of its dimensions.</summary>
    public long[] ShapeOf(VariableSchema variable) => [.. variable.Dimensions.Select(name => dimensions[name].Length)];

    /// <summary>The same for a new file, in which unlimited dimensions have no points yet.</summary>
    internal DataSchema WithoutRecords() => new([.. Dimensions.Select(d => d.Unlimited ? d with { Length = 0 } : d)], Variables, Attributes);

    private static void RequireName(string name, string what)
    {
        if (string.IsNullOrWhiteSpace(name) || name[0] == '.' || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
            throw new ArgumentException($"'{name}' cannot name a {what}: files allow no slash and no leading dot.", nameof(name));
    }

    private void RequireDimensions(VariableSchema variable)
    {
        for (var i = 0; i < variable.Dimensions.Count; i++)
        {
            if (!dimensions.TryGetValue(variable.Dimensions[i], out var dimension))
                throw new ArgumentException($"Variable '{variable.Name}' has a dimension '{variable.Dimensions[i]}' that is not declared.", nameof(variable));
            if (dimension.Unlimited && i > 0)
                throw new ArgumentException($"The unlimited dimension '{dimension.Name}' is dimension {i + 1} of variable '{variable.Name}'; it must be the first.", nameof(variable));
        }
        if (variable.Chunk is not { } chunk)
            return;
        if (chunk.Count != variable.Dimensions.Count || chunk.Any(length => length < 1))
            throw new ArgumentException($"Variable '{variable.Name}' has {variable.Dimensions.Count} dimensions but its chunk is [{string.Join(", ", chunk)}].", nameof(variable));
    }
}
