using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Files;

namespace Sonde.Experiments.Running;

/// <summary>How the components of a row stand in the files that a command reads and writes.</summary>
internal sealed class ExternalLayout
{
    private readonly IReadOnlyList<Dimension> dimensions;
    private readonly IReadOnlyList<Variable> coordinates;
    private readonly IReadOnlyList<Part> parts;

    private ExternalLayout(Domain domain, IReadOnlyList<Dimension> dimensions, IReadOnlyList<Variable> coordinates, IReadOnlyList<Part> fields)
    {
        (Domain, this.dimensions, this.coordinates) = (domain, dimensions, coordinates);
        parts = [.. fields, .. domain.Parameters.Select((name, p) => new Part(name, "1", [], domain.FieldWidth + p, 1, 1, null))];
    }

    /// <summary>A variable of the files.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Unit">Its unit.</param>
    /// <param name="Dimensions">Names of its dimensions.</param>
    /// <param name="Offset">Its first component in a row.</param>
    /// <param name="Count">Its components in a row.</param>
    /// <param name="Size">Its values in a file.</param>
    /// <param name="Places">Which value of the file each component is; null where all are.</param>
    internal sealed record Part(string Name, string Unit, IReadOnlyList<string> Dimensions, int Offset, int Count, int Size, int[]? Places);

    /// <summary>What a row is.</summary>
    public Domain Domain { get; }

    /// <summary>The variables, in the order of a row.</summary>
    public IReadOnlyList<Part> Parts => parts;

    /// <summary>The state in the file the layout was taken from; null where it was described without one.</summary>
    public double[]? Example { get; private init; }

    /// <summary>From descriptions of fields.</summary>
    public static ExternalLayout Of(IReadOnlyList<ExternalField> fields, IReadOnlyList<string> parameters, ExternalSpace? space)
    {
        var grids = fields.Select(field => field.Grid ?? throw new InputException($"Field '{field.Name}' does not say how large it is; expected the key 'size', 'x', or 'x' and 'y'.")).ToArray();
        RequireUnique([.. fields.Select(field => field.Name), .. parameters]);
        var domain = new Domain(
            SpaceOf(space ?? Usual(fields), fields.FirstOrDefault(field => field.X is not null)?.X?.Period ?? 0, fields.FirstOrDefault(field => field.Y is not null)?.Y?.Period ?? 0),
            [.. fields.Select((field, f) => new Field(field.Name, field.Unit ?? "1", grids[f]))], parameters);
        var shared = grids.Where(grid => grid.Count > 1).Select(grid => string.Join('x', grid.Shape)).Distinct().Count() == 1;
        var (dimensions, coordinates, parts) = (new List<Dimension>(), new List<Variable>(), new List<Part>());
        for (var f = 0; f < fields.Count; f++)
        {
            var (field, grid) = (fields[f], grids[f]);
            string[] axes = grid.Count == 1 ? [] : grid.Shape.Count == 2 ? ["y", "x"] : ["x"];
            var names = shared ? axes : [.. axes.Select(axis => $"{axis}_{field.Name}")];
            for (var a = 0; a < names.Length; a++)
            {
                if (dimensions.Exists(dimension => dimension.Name == names[a]))
                    continue;
                dimensions.Add(new Dimension(names[a], grid.Shape[a]));
                if ((axes[a] == "x" ? field.X : field.Y)?.Axis is { } axis)
                    coordinates.Add(new Variable(names[a], [names[a]], Enumerable.Range(0, axis.Count).Select(i => axis[i]).ToArray()));
            }
            parts.Add(new Part(field.Name, field.Unit ?? "1", names, domain.OffsetOf(f), grid.Count, grid.Count, null));
        }
        return new ExternalLayout(domain, dimensions, coordinates, parts);
    }

    /// <summary>From a file of one state.</summary>
    public static ExternalLayout Of(string path, IReadOnlyList<ExternalField>? chosen, IReadOnlyList<string> parameters, ExternalSpace? space)
    {
        var data = DataFiles.Read(path, requireChunks: true);
        var names = chosen?.Select(field => field.Name).ToArray() ?? [.. data.Variables.Where(IsField).Select(variable => variable.Name)];
        RequireUnique([.. names, .. parameters]);
        if (names.Length == 0)
            throw new InputException($"{path} holds no variable that could be a field of the state.");
        var (fields, parts, example) = (new List<Field>(), new List<Part>(), new List<double>());
        foreach (var name in names)
        {
            if (!data.Contains(name) || data[name].Schema.Type == DataType.Text)
                throw new InputException($"{path} has no variable '{name}' of numbers; it has {string.Join(", ", data.Variables.Where(IsField).Select(variable => variable.Name))}.");
            var variable = data[name];
            var values = variable.ToDoubles();
            var places = Enumerable.Range(0, values.Length).Where(i => double.IsFinite(values[i])).ToArray();
            if (places.Length == 0)
                throw new InputException($"Variable '{name}' in {path} holds no finite number.");
            var unit = chosen?.First(field => field.Name == name).Unit ?? variable.Schema.Attributes.Text("units") ?? "1";
            var isWhole = places.Length == values.Length;
            fields.Add(new Field(name, unit, ExternalGrid.Of(data, variable, isWhole ? null : places)));
            parts.Add(new Part(name, unit, variable.Schema.Dimensions, example.Count, places.Length, values.Length, isWhole ? null : places));
            example.AddRange(places.Select(i => values[i]));
        }
        var used = parts.SelectMany(part => part.Dimensions).Distinct().ToArray();
        var coordinates = data.Variables.Where(variable => !names.Contains(variable.Name) && variable.Schema.Dimensions.All(used.Contains)).ToArray();
        var kind = space ?? (ExternalGrid.IsGeographic(data) ? ExternalSpace.Sphere : ExternalGrid.Usual(parts.Max(part => part.Dimensions.Count(d => data.Schema.Dimension(d).Length > 1))));
        return new ExternalLayout(
            new Domain(SpaceOf(kind, 0, 0), fields, parameters),
            [.. used.Select(name => data.Schema.Dimension(name) with { Unlimited = false })], coordinates, parts)
        {
            Example = [.. example],
        };

        bool IsField(Variable variable) => variable.Schema.Type is DataType.Real64 or DataType.Real32
            && !variable.Schema.Dimensions.Contains(variable.Name) && !ExternalGrid.IsCoordinate(data, variable.Name);
    }

    /// <summary>The row as arrays.</summary>
    public DataSet Describe(ReadOnlySpan<double> row, double start, double end)
    {
        var variables = new List<Variable>(coordinates);
        foreach (var part in parts)
        {
            var values = new double[part.Size];
            var components = row.Slice(part.Offset, part.Count);
            if (part.Places is { } places)
            {
                Array.Fill(values, double.NaN);
                for (var i = 0; i < places.Length; i++)
                    values[places[i]] = components[i];
            }
            else
            {
                components.CopyTo(values);
            }
            variables.Add(new Variable(part.Name, part.Dimensions, values, new Attributes { ["units"] = part.Unit }));
        }
        return new DataSet(dimensions, variables, new Attributes { ["start"] = start, ["end"] = end });
    }

    /// <summary>Reads a row that a command wrote.</summary>
    /// <exception cref="InputException">A variable is missing or has another number of values.</exception>
    public void Read(IDataReader reader, Span<double> row)
    {
        foreach (var part in parts)
        {
            var values = reader.ReadDoubles(part.Name);
            if (values.Length != part.Size)
                throw new InputException($"Variable '{part.Name}' in {reader.Location} has {values.Length} values where {part.Size} are expected.");
            var components = row.Slice(part.Offset, part.Count);
            for (var i = 0; i < part.Count; i++)
                components[i] = values[part.Places?[i] ?? i];
        }
    }

    /// <summary>The first number that is not finite, in words; null where all are.</summary>
    public string? NotFinite(ReadOnlySpan<double> row)
    {
        foreach (var part in parts)
            for (var i = 0; i < part.Count; i++)
                if (!double.IsFinite(row[part.Offset + i]))
                    return $"value {part.Places?[i] ?? i} of '{part.Name}' is {row[part.Offset + i]}";
        return null;
    }

    private static void RequireUnique(string[] names)
    {
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InputException($"Two fields or parameters of the command's state are called '{twice.Key}'.");
    }

    private static ExternalSpace Usual(IReadOnlyList<ExternalField> fields) =>
        ExternalGrid.Usual(fields.Max(field => field.Y is not null ? 2 : field.X is not null ? 1 : 0));

    private static ISpace SpaceOf(ExternalSpace space, double periodX, double periodY) => space switch
    {
        ExternalSpace.Line => new Line(periodX),
        ExternalSpace.Plane => new Plane(periodX, periodY),
        ExternalSpace.Sphere => new Sphere(),
        _ => new Nowhere(),
    };
}
