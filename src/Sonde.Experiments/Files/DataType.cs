namespace Sonde.Experiments.Files;

/// <summary>How the values of a variable are held in memory; narrower types of a file are widened when read.</summary>
public enum DataType
{
    /// <summary>double.</summary>
    Real64,

    /// <summary>float; also half-precision numbers of a file.</summary>
    Real32,

    /// <summary>int; also booleans and 8- and 16-bit integers of a file.</summary>
    Integer32,

    /// <summary>long; also 32- and 64-bit unsigned integers of a file.</summary>
    Integer64,

    /// <summary>string.</summary>
    Text,
}

/// <summary>The arrays behind each <see cref="DataType"/>.</summary>
internal static class DataTypes
{
    public static DataType Of(Type element) =>
        element == typeof(double) ? DataType.Real64
        : element == typeof(float) ? DataType.Real32
        : element == typeof(int) ? DataType.Integer32
        : element == typeof(long) ? DataType.Integer64
        : element == typeof(string) ? DataType.Text
        : throw new ArgumentException($"A variable holds double, float, int, long or string values, not {element.Name}.", nameof(element));

    public static Array NewArray(this DataType type, long length) => type switch
    {
        DataType.Real64 => new double[length],
        DataType.Real32 => new float[length],
        DataType.Integer32 => new int[length],
        DataType.Integer64 => new long[length],
        _ => Filled(length, ""),
    };

    /// <summary>What stands where nothing was written: NaN, 0 or no text.</summary>
    public static object Nothing(this DataType type) => type switch
    {
        DataType.Real64 => double.NaN,
        DataType.Real32 => float.NaN,
        DataType.Integer32 => 0,
        DataType.Integer64 => 0L,
        _ => "",
    };

    /// <summary>Bytes of a value; for text a guess, enough to choose a chunk size.</summary>
    public static int SizeOf(this DataType type) => type is DataType.Real32 or DataType.Integer32 ? 4 : type is DataType.Text ? 16 : 8;

    public static void Fill(Array array, int first, int count, object value)
    {
        switch (array)
        {
            case double[] a: a.AsSpan(first, count).Fill((double)value); break;
            case float[] a: a.AsSpan(first, count).Fill((float)value); break;
            case int[] a: a.AsSpan(first, count).Fill((int)value); break;
            case long[] a: a.AsSpan(first, count).Fill((long)value); break;
            case string[] a: a.AsSpan(first, count).Fill((string)value); break;
        }
    }

    private static string[] Filled(long length, string value)
    {
        var array = new string[length];
        Array.Fill(array, value);
        return array;
    }
}
