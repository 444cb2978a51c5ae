using System.Numerics;
using Sonde.Calculus;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>Some variables of samples: a row a sample, variable after variable.</summary>
/// <param name="Names">The variables.</param>
/// <param name="Shape">What a row holds: variables of one kind of field are channels of an image.</param>
/// <param name="Values">[samples, Shape.Count].</param>
internal sealed record Table<T>(IReadOnlyList<string> Names, ImageShape Shape, Matrix<T> Values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Columns of a variable.</summary>
    public int WidthOfVariable => Values.Width / Names.Count;
}

/// <summary>Reads tables.</summary>
internal static class TableReader
{
    private const int MostNumbers = 1 << 30;

    /// <summary>Inputs and targets, samples with missing values refused or left out.</summary>
    /// <exception cref="InputException">The file is not usable, or holds no such columns.</exception>
    public static (Table<T> Inputs, Table<T> Targets) Read<T>(TableConfig config, string folder) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var path = Path.Combine(folder, config.File);
        var (inputs, targets) = DataFiles.IsKnown(path) ? ReadArrays<T>(config, path) : ReadLines<T>(config, path);
        if (inputs.Values.Rows != targets.Values.Rows)
            throw new InputException($"{path}: the inputs have {inputs.Values.Rows} samples but the targets {targets.Values.Rows}.");
        if (inputs.Values.Rows < 2)
            throw new InputException($"{path} holds {inputs.Values.Rows} usable samples; expected 2 or more.");
        return (inputs, targets);
    }

    private static (Table<T>, Table<T>) ReadLines<T>(TableConfig config, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var file = new CsvTable(path, config.Delimiter);
        int[] columns = [.. config.Inputs.Concat(config.Targets).Select(file.Column)];
        var numbers = new List<T>();
        while (file.Next())
        {
            if (config.Missing == MissingValues.Skip && Array.Exists(columns, column => file.IsEmpty(column) || !double.IsFinite(file.NumberOrNot(column, "a number or nothing"))))
                continue;
            foreach (var column in columns)
                numbers.Add(T.CreateChecked(file.Number(column)));
            if (numbers.Count > MostNumbers)
                throw new InputException($"{path}, line {file.Line}: the table has more than {MostNumbers} numbers.");
        }
        var samples = numbers.Count / columns.Length;
        var (inputs, targets) = (new Matrix<T>(samples, config.Inputs.Count), new Matrix<T>(samples, config.Targets.Count));
        for (var sample = 0; sample < samples; sample++)
            for (var column = 0; column < columns.Length; column++)
                if (column < inputs.Width)
                    inputs[sample, column] = numbers[sample * columns.Length + column];
                else
                    targets[sample, column - inputs.Width] = numbers[sample * columns.Length + column];
        return (new(config.Inputs, new(1, 1, inputs.Width), inputs), new(config.Targets, new(1, 1, targets.Width), targets));
    }

    private static (Table<T>, Table<T>) ReadArrays<T>(TableConfig config, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var reader = DataFiles.Open(path);
        var (inputs, targets) = (ReadVariables<T>(reader, config.Inputs, config.Rows), ReadVariables<T>(reader, config.Targets, config.Rows));
        if (inputs.Values.Rows != targets.Values.Rows)
            return (inputs, targets);
        int[] whole = [.. Enumerable.Range(0, inputs.Values.Rows).Where(row => IsWhole(inputs, row) && IsWhole(targets, row))];
        if (whole.Length == inputs.Values.Rows)
            return (inputs, targets);
        if (config.Missing == MissingValues.Refuse)
        {
            var row = Enumerable.Range(0, inputs.Values.Rows).First(row => !IsWhole(inputs, row) || !IsWhole(targets, row));
            var wrong = IsWhole(inputs, row) ? targets : inputs;
            throw new InputException(
                $"{path}: sample {row} of {inputs.Values.Rows} has a value of {string.Join(", ", wrong.Names)} that is missing or not finite; expected finite numbers, or data.missing: skip.");
        }
        return (inputs with { Values = Chosen(inputs.Values, whole) }, targets with { Values = Chosen(targets.Values, whole) });
    }

    private static Table<T> ReadVariables<T>(IDataReader reader, IReadOnlyList<string> names, int rows) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shapes = names.Select(name => reader.Schema.ShapeOf(reader.Require(name))).ToArray();
        for (var i = 0; i < names.Count; i++)
        {
            if (shapes[i].Length < rows)
                throw new InputException($"Variable '{names[i]}' in {reader.Location} has {shapes[i].Length} dimensions; expected {rows} or more, as data.rows says.");
            if (!shapes[i].SequenceEqual(shapes[0]))
                throw new InputException($"Variable '{names[i]}' in {reader.Location} is {Region.Text(shapes[i])} but '{names[0]}' is {Region.Text(shapes[0])}; expected one shape.");
        }
        var (samples, width) = (Region.Count(shapes[0].AsSpan(0, rows)), Region.Count(shapes[0].AsSpan(rows)));
        if (width == 0 || samples * width * names.Count > MostNumbers)
            throw new InputException($"{string.Join(", ", names)} in {reader.Location} have {samples} samples of {width * names.Count} numbers; expected 1 to {MostNumbers} numbers in all.");
        var values = new Matrix<T>((int)samples, (int)width * names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            var read = reader.ReadDoubles(names[i]);
            for (var sample = 0; sample < values.Rows; sample++)
                for (var column = 0; column < (int)width; column++)
                    values[sample, i * (int)width + column] = T.CreateChecked(read[sample * (int)width + column]);
        }
        return new(names, Shape([.. shapes[0].Skip(rows).Select(length => (int)length)], names.Count), values);
    }

    /// <summary>One dimension is a line, two are an image, three are channels of one; what has more is plain numbers.</summary>
    private static ImageShape Shape(int[] field, int variables) => field switch
    {
        [] => new(1, 1, variables),
        [var width] => new(variables, 1, width),
        [var height, var width] => new(variables, height, width),
        [var channels, var height, var width] => new(variables * channels, height, width),
        _ => new(1, 1, variables * field.Aggregate(1, (product, length) => product * length)),
    };

    private static bool IsWhole<T>(Table<T> table, int row) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var value in table.Values[row])
            if (!T.IsFinite(value))
                return false;
        return true;
    }

    private static Matrix<T> Chosen<T>(Matrix<T> values, int[] rows) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var chosen = new Matrix<T>(rows.Length, values.Width);
        for (var i = 0; i < rows.Length; i++)
            values[rows[i]].CopyTo(chosen[i]);
        return chosen;
    }
}
