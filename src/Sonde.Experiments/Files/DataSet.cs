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

/// <summary>Arrays with names, dimensions and attributes, all in memory. Independent of any format.</summary>
public sealed class DataSet
{
    private readonly Dictionary<string, Variable> variables = [];

    /// <summary>Checks that every variable has as many values as its dimensions have points.</summary>
    /// <exception cref="ArgumentException">One has not, or names clash.</exception>
    public DataSet(IReadOnlyList<Dimension> dimensions, IReadOnlyList<Variable> variables, Attributes? attributes = null)
    {
        Variables = variables;
        Schema = new DataSchema(dimensions, [.. variables.Select(variable => variable.Schema)], attributes);
        foreach (var variable in variables)
        {
            var shape = Schema.ShapeOf(variable.Schema);
            if (Region.Count(shape) != variable.Values.LongLength)
                throw new ArgumentException($"Variable '{variable.Name}' has {variable.Values.LongLength} values but its dimensions need {Region.Text(shape)} = {Region.Count(shape)}.", nameof(variables));
            this.variables.Add(variable.Name, variable);
        }
    }

    /// <summary>Everything but the values.</summary>
    public DataSchema Schema { get; }

    /// <summary>The variables, in the order of the file.</summary>
    public IReadOnlyList<Variable> Variables { get; }

    /// <summary>Notes on the whole.</summary>
    public Attributes Attributes => Schema.Attributes;

    /// <summary>The variable of this name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Variable this[string name] => variables.GetValueOrDefault(name)
        ?? throw new ArgumentException($"There is no variable '{name}'; there are {string.Join(", ", variables.Keys)}.", nameof(name));

    /// <summary>Whether there is a variable of this name.</summary>
    public bool Contains(string name) => variables.ContainsKey(name);
}
