namespace Sonde.Experiments.Files;

/// <summary>What follows from writing blocks.</summary>
public static class DataWriterExtensions
{
    /// <summary>Points of a dimension so far.</summary>
    public static long LengthOf(this IDataWriter writer, string dimension) => writer.Schema.Dimension(dimension).Length;

    /// <summary>Writes record <paramref name="index"/> of a variable whose first dimension counts records.</summary>
    public static void WriteRecord<T>(this IDataWriter writer, string variable, long index, ReadOnlySpan<T> values)
    {
        var count = ShapeOf(writer, variable);
        if (count.Length == 0)
            throw new ArgumentException($"Variable '{variable}' is a single value and has no records.", nameof(variable));
        var start = new long[count.Length];
        (start[0], count[0]) = (index, 1);
        writer.Write(variable, start, count, values);
    }

    /// <summary>Writes all values of a variable without unlimited dimension.</summary>
    public static void WriteAll<T>(this IDataWriter writer, string variable, ReadOnlySpan<T> values)
    {
        var count = ShapeOf(writer, variable);
        writer.Write(variable, new long[count.Length], count, values);
    }

    internal static void Write(this IDataWriter writer, string variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Array values)
    {
        switch (values)
        {
            case double[] a: writer.Write<double>(variable, start, count, a); break;
            case float[] a: writer.Write<float>(variable, start, count, a); break;
            case int[] a: writer.Write<int>(variable, start, count, a); break;
            case long[] a: writer.Write<long>(variable, start, count, a); break;
            case string[] a: writer.Write<string>(variable, start, count, a); break;
        }
    }

    private static long[] ShapeOf(IDataWriter writer, string variable) => writer.Schema.ShapeOf(writer.Schema.Find(variable)
        ?? throw new ArgumentException($"There is no variable '{variable}'; there are {string.Join(", ", writer.Schema.Variables.Select(v => v.Name))}.", nameof(variable)));
}
