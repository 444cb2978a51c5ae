using System.Globalization;

namespace Sonde.Experiments.Files;

/// <summary>A variable read beside another one: along the dimensions that it lacks, it repeats.</summary>
internal sealed class ArrayColumn
{
    private readonly string path;
    private readonly double[] numbers = [];
    private readonly string[] texts = [];
    private readonly long[] strides;

    /// <summary>Reads the whole variable.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="name">The variable.</param>
    /// <param name="beside">The variable whose indices are used.</param>
    /// <exception cref="InputException">It has a dimension that the other one lacks.</exception>
    public ArrayColumn(IDataReader reader, string name, VariableSchema beside)
    {
        (path, Schema) = (reader.Location, reader.Require(name));
        if (Schema.Dimensions.FirstOrDefault(d => !beside.Dimensions.Contains(d)) is { } foreign)
            throw new InputException($"{path}: '{name}' has the dimension '{foreign}', which '{beside.Name}' has not; expected no others than {string.Join(", ", beside.Dimensions)}.");
        if (Schema.Type == DataType.Text)
            texts = (string[])reader.Read(name).Values;
        else
            numbers = reader.ReadDoubles(name);
        strides = new long[beside.Dimensions.Count];
        var stride = 1L;
        for (var d = Schema.Dimensions.Count - 1; d >= 0; d--)
        {
            strides[IndexOf(beside.Dimensions, Schema.Dimensions[d])] = stride;
            stride *= reader.Schema.Dimension(Schema.Dimensions[d]).Length;
        }
    }

    /// <summary>The variable.</summary>
    public VariableSchema Schema { get; }

    /// <summary>Whether it holds texts.</summary>
    public bool IsText => Schema.Type == DataType.Text;

    /// <summary>The number there; NaN where there is none.</summary>
    /// <exception cref="InputException">The variable holds texts.</exception>
    public double Number(ReadOnlySpan<long> index) => IsText
        ? throw new InputException($"Variable '{Schema.Name}' in {path} holds text where numbers are needed.")
        : numbers[At(index)];

    /// <summary>The finite number there.</summary>
    /// <exception cref="InputException">It is not finite, or the variable holds texts.</exception>
    public double Finite(ReadOnlySpan<long> index, string expected = "a finite number")
    {
        var number = Number(index);
        return double.IsFinite(number) ? number : throw Wrong(index, expected);
    }

    /// <summary>The text there, or the number in words; empty where there is none.</summary>
    public string Text(ReadOnlySpan<long> index)
    {
        if (IsText)
            return texts[At(index)];
        var number = numbers[At(index)];
        return double.IsNaN(number) ? "" : number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What is wrong with the value there.</summary>
    public InputException Wrong(ReadOnlySpan<long> index, string expected) =>
        new($"{path}: '{Schema.Name}' is '{Text(index)}' at [{string.Join(", ", index.ToArray())}]; expected {expected}.");

    private long At(ReadOnlySpan<long> index)
    {
        var at = 0L;
        for (var d = 0; d < index.Length; d++)
            at += index[d] * strides[d];
        return at;
    }

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] == name)
                return i;
        return -1;
    }
}
