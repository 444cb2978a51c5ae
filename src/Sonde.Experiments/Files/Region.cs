namespace Sonde.Experiments.Files;

/// <summary>Rectangular blocks of row-major arrays of any number of dimensions.</summary>
internal static class Region
{
    public static long Count(ReadOnlySpan<long> shape)
    {
        var count = 1L;
        foreach (var length in shape)
            count = checked(count * length);
        return count;
    }

    public static string Text(ReadOnlySpan<long> shape) => shape.Length == 0 ? "a single value" : string.Join(" × ", shape.ToArray());

    /// <summary>Copies a block of <paramref name="count"/> values between two arrays, from one corner to another.</summary>
    public static void Copy(
        Array source, ReadOnlySpan<long> sourceShape, ReadOnlySpan<long> sourceStart,
        Array target, ReadOnlySpan<long> targetShape, ReadOnlySpan<long> targetStart, ReadOnlySpan<long> count)
    {
        if (Count(count) == 0)
            return;
        var run = 1L;                       // values that are neighbors in both arrays
        var outer = count.Length;           // dimensions that are walked one by one
        while (outer > 0)
        {
            outer--;
            run *= count[outer];
            if (count[outer] != sourceShape[outer] || count[outer] != targetShape[outer])
                break;
        }
        var index = new long[outer];
        do
        {
            Array.Copy(source, At(sourceShape, sourceStart, index), target, At(targetShape, targetStart, index), run);
        }
        while (Advance(index, count[..outer]));
    }

    /// <summary>The next index of a block, the last dimension fastest; false after the last one.</summary>
    public static bool Advance(Span<long> index, ReadOnlySpan<long> count)
    {
        for (var d = index.Length - 1; d >= 0; d--)
        {
            if (++index[d] < count[d])
                return true;
            index[d] = 0;
        }
        return false;
    }

    /// <summary>Refuses a block that does not lie within the shape.</summary>
    public static void Require(string variable, ReadOnlySpan<long> shape, ReadOnlySpan<long> start, ReadOnlySpan<long> count, bool grows = false)
    {
        if (start.Length != shape.Length || count.Length != shape.Length)
            throw new ArgumentException($"Variable '{variable}' has {shape.Length} dimensions but the block has {start.Length} starts and {count.Length} counts.", nameof(start));
        for (var d = 0; d < shape.Length; d++)
            if (start[d] < 0 || count[d] < 0 || (start[d] + count[d] > shape[d] && !(grows && d == 0)))
                throw new ArgumentException($"Indices {start[d]} to {start[d] + count[d]} lie outside dimension {d + 1} of variable '{variable}', which has {shape[d]} points.", nameof(start));
    }

    private static long At(ReadOnlySpan<long> shape, ReadOnlySpan<long> start, ReadOnlySpan<long> index)
    {
        var at = 0L;
        for (var d = 0; d < shape.Length; d++)
            at = at * shape[d] + start[d] + (d < index.Length ? index[d] : 0);
        return at;
    }
}
