namespace Sonde.Experiments.Files;

/// <summary>Carries all values from one file to another, a few megabytes at a time.</summary>
internal static class DataCopy
{
    private const long Bytes = 1 << 24;

    /// <summary>Copies every variable; of those that begin with an unlimited dimension of the target, the first <paramref name="keep"/> records (−1: all).</summary>
    public static void Run(IDataReader reader, IDataWriter writer, long keep = -1)
    {
        foreach (var variable in reader.Schema.Variables)
        {
            var shape = reader.Schema.ShapeOf(variable);
            if (keep >= 0 && shape.Length > 0 && writer.Schema.Dimension(variable.Dimensions[0]).Unlimited)
                shape[0] = keep;
            var block = Block(shape, variable.Type.SizeOf());
            var start = new long[shape.Length];
            if (Region.Count(shape) == 0)
                continue;
            do
            {
                var count = new long[shape.Length];
                for (var d = 0; d < shape.Length; d++)
                    count[d] = Math.Min(block[d], shape[d] - start[d]);
                writer.Write(variable.Name, start, count, reader.Read(variable.Name, start, count));
            }
            while (Step(start, block, shape));
        }
    }

    private static long[] Block(long[] shape, int size)
    {
        var block = new long[shape.Length];
        var room = Bytes / size;
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            block[d] = Math.Clamp(room, 1, Math.Max(1, shape[d]));
            room /= block[d];
        }
        return block;
    }

    private static bool Step(long[] start, long[] block, long[] shape)
    {
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            start[d] += block[d];
            if (start[d] < shape[d])
                return true;
            start[d] = 0;
        }
        return false;
    }
}
