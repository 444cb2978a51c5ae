namespace Sonde.Experiments.Files;

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
