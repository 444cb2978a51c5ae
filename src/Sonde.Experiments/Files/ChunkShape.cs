namespace Sonde.Experiments.Files;

/// <summary>Chooses the blocks in which a file keeps a variable.</summary>
internal static class ChunkShape
{
    private const long GrowingBytes = 1 << 18;      // rewritten at every commit, so small
    private const long FixedBytes = 1 << 22;

    /// <summary>
    /// As declared, else whole trailing dimensions and as much of the leading ones as keeps a chunk near 4 MiB, near 256 KiB
    /// where the variable grows.
    /// </summary>
    public static int[] Of(DataSchema schema, VariableSchema variable)
    {
        if (variable.Chunk is { } declared)
            return [.. declared.Select(length => checked((int)length))];
        var grows = variable.Dimensions.Count > 0 && schema.Dimension(variable.Dimensions[0]).Unlimited;
        var room = (grows ? GrowingBytes : FixedBytes) / variable.Type.SizeOf();
        var shape = schema.ShapeOf(variable);
        var chunk = new int[shape.Length];
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            var length = d == 0 && grows ? long.MaxValue : Math.Max(1, shape[d]);
            chunk[d] = (int)Math.Clamp(room, 1, Math.Min(length, int.MaxValue));
            room /= chunk[d];
        }
        return chunk;
    }
}
