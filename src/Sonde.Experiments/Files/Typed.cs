namespace Sonde.Experiments.Files;

/// <summary>Values of any accepted type as the array that a variable of a given type keeps.</summary>
internal static class Typed
{
    /// <summary>A copy of the values; double becomes any other type of number, NaN no integer.</summary>
    /// <exception cref="ArgumentException">The values are of a type that does not fit, too many or too few, or no integers.</exception>
    public static Array Of<T>(string variable, DataType type, ReadOnlySpan<T> values, long count)
    {
        if (values.Length != count)
            throw new ArgumentException($"{values.Length} values were given for {count} places of variable '{variable}'.", nameof(values));
        var given = values.ToArray();
        if (DataTypes.Of(typeof(T)) == type)
            return given;
        if (given is double[] doubles && type == DataType.Real32)
            return Array.ConvertAll(doubles, value => (float)value);
        if (given is double[] integers && type is DataType.Integer32 or DataType.Integer64)
            return Integers(variable, type, integers);
        throw new ArgumentException($"Variable '{variable}' holds {type} values, not {typeof(T).Name}.", nameof(values));
    }

    private static Array Integers(string variable, DataType type, double[] values)
    {
        var limit = type == DataType.Integer32 ? int.MaxValue : 9007199254740992.0;      // 2⁵³: every integer up to here is a double
        foreach (var value in values)
            if (value != Math.Round(value) || Math.Abs(value) > limit)
                throw new ArgumentException($"{value} cannot be stored in variable '{variable}', which holds {type} values.", nameof(values));
        return type == DataType.Integer32 ? Array.ConvertAll(values, value => (int)value) : Array.ConvertAll(values, value => (long)value);
    }
}
