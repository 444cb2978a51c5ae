namespace Sonde.Experiments.Files;

/// <summary>A variable with its values, row-major.</summary>
public sealed class Variable
{
    /// <summary>Takes the values over, without a copy.</summary>
    /// <param name="schema">Name, type, dimensions and attributes.</param>
    /// <param name="values">double[], float[], int[], long[] or string[], as <paramref name="schema"/> says.</param>
    /// <exception cref="ArgumentException">The array holds another type.</exception>
    public Variable(VariableSchema schema, Array values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (DataTypes.Of(values.GetType().GetElementType()!) != schema.Type)
            throw new ArgumentException($"Variable '{schema.Name}' is declared {schema.Type} but its values are {values.GetType().GetElementType()!.Name}.", nameof(values));
        (Schema, Values) = (schema, values);
    }

    /// <summary>Name and dimensions with values whose type says the rest.</summary>
    public Variable(string name, IReadOnlyList<string> dimensions, Array values, Attributes? attributes = null)
        : this(new VariableSchema(name, DataTypes.Of(values.GetType().GetElementType()!), dimensions) { Attributes = attributes ?? [] }, values)
    {
    }

    /// <summary>Everything but the values.</summary>
    public VariableSchema Schema { get; }

    /// <summary>As in <see cref="VariableSchema.Name"/>.</summary>
    public string Name => Schema.Name;

    /// <summary>As stored: neither unpacked nor cleared of missing values.</summary>
    public Array Values { get; }

    /// <summary>The values as numbers: unpacked by scale_factor and add_offset, missing ones NaN.</summary>
    /// <exception cref="InvalidOperationException">The values are text.</exception>
    public double[] ToDoubles() => Packing.Of(Schema.Attributes).Unpack(Values)
        ?? throw new InvalidOperationException($"Variable '{Name}' holds text, not numbers.");
}
