namespace Sonde.Experiments.Files.Zarr;

/// <summary>The metadata of one array, whatever version of Zarr it was written in.</summary>
internal sealed record ZarrArray(string Name, long[] Shape, int[] Chunk, ZarrType Type, object Fill)
{
    /// <summary>Names of the dimensions.</summary>
    public required string[] Dimensions { get; init; }

    /// <summary>Steps from bytes to bytes, in the order of writing.</summary>
    public IReadOnlyList<ZarrCodec> Codecs { get; init; } = [];

    public Attributes Attributes { get; init; } = [];

    /// <summary>What chunk keys begin with: "c" in Zarr 3, nothing in Zarr 2.</summary>
    public string KeyPrefix { get; init; } = "c";

    /// <summary>What stands between the numbers of a chunk's key.</summary>
    public char Separator { get; init; } = '/';

    public long[] LongChunk { get; } = Array.ConvertAll(Chunk, length => (long)length);

    /// <summary>Values in a chunk.</summary>
    public int ChunkCount { get; } = (int)Region.Count(Array.ConvertAll(Chunk, length => (long)length));

    /// <summary>Whether chunks of this array can be written.</summary>
    public bool IsWritable => Type.IsWritable && Codecs.All(codec => codec.IsWritable);

    /// <summary>The file of a chunk, relative to the array.</summary>
    public string KeyOf(ReadOnlySpan<long> index)
    {
        var numbers = string.Join(Separator, index.ToArray());
        return KeyPrefix.Length == 0 ? index.Length == 0 ? "0" : numbers
            : index.Length == 0 ? KeyPrefix
            : KeyPrefix + Separator + numbers;
    }

    public byte[] Encode(Array values)
    {
        var bytes = Type.Encode(values);
        foreach (var codec in Codecs)
            bytes = codec.Encode(bytes);
        return bytes;
    }

    /// <summary>The values of a chunk.</summary>
    /// <param name="bytes">Its file.</param>
    /// <param name="store">For messages: the store.</param>
    /// <param name="key">For messages: the chunk.</param>
    /// <exception cref="InputException">The file is damaged or made by a codec that is not supported.</exception>
    public Array Decode(byte[] bytes, string store, string key)
    {
        try
        {
            for (var i = Codecs.Count - 1; i >= 0; i--)
                bytes = Codecs[i].Decode(bytes, ExpectedAfter(i));
            return Type.Decode(bytes, ChunkCount);
        }
        catch (FormatException damaged)
        {
            throw new InputException($"Chunk {key} of array '{Name}' in {store} {damaged.Message}.", damaged);
        }
        catch (InputException refused)
        {
            throw new InputException($"Array '{Name}' in {store} cannot be read: {refused.Message.TrimEnd('.')}.", refused);
        }
    }

    // Bytes that come out of undoing codec i: the values and one checksum for every crc32c before it.
    private long ExpectedAfter(int i) => Type.Kind == 'O' || Codecs.Take(i).Any(codec => codec.Name != "crc32c")
        ? -1
        : (long)ChunkCount * Type.Size + sizeof(uint) * i;
}
