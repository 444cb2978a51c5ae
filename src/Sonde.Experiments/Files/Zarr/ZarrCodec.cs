using System.Buffers.Binary;
using System.IO.Compression;

namespace Sonde.Experiments.Files.Zarr;

/// <summary>A step from bytes to bytes through which a chunk passes when written, and back when read.</summary>
/// <param name="Name">gzip, zlib, crc32c, zstd or blosc; another name is refused when a chunk is read.</param>
/// <param name="Level">Of gzip and zlib.</param>
internal sealed record ZarrCodec(string Name, int Level = 1)
{
    private const int Checksum = sizeof(uint);

    /// <summary>Whether chunks can be written through it.</summary>
    public bool IsWritable => Name is "gzip" or "zlib" or "crc32c";

    public byte[] Encode(byte[] bytes)
    {
        if (Name == "crc32c")
        {
            var longer = new byte[bytes.Length + Checksum];
            bytes.CopyTo(longer, 0);
            BinaryPrimitives.WriteUInt32LittleEndian(longer.AsSpan(bytes.Length), Crc32C.Of(bytes));
            return longer;
        }
        var options = new ZLibCompressionOptions { CompressionLevel = Level };
        using var memory = new MemoryStream();
        using (Stream packed = Name == "gzip" ? new GZipStream(memory, options, true) : new ZLibStream(memory, options, true))
            packed.Write(bytes);
        return memory.ToArray();
    }

    /// <summary>Undoes <see cref="Encode"/>.</summary>
    /// <param name="bytes">What was found.</param>
    /// <param name="expected">Bytes that come out of a sound chunk; −1 where nobody knows.</param>
    /// <exception cref="FormatException">The bytes are damaged; the message says how, as the end of a sentence.</exception>
    /// <exception cref="InputException">This codec cannot be read here.</exception>
    public byte[] Decode(byte[] bytes, long expected) => Name switch
    {
        "gzip" or "zlib" => Inflate(bytes, expected),
        "crc32c" => Checked(bytes),
        "zstd" => NativeCodec.Zstd(bytes, expected),
        "blosc" => NativeCodec.Blosc(bytes),
        "sharding_indexed" => throw new InputException("its chunks are packed into shards, which Sonde cannot read; write it again without sharding"),
        _ => throw new InputException($"its codec '{Name}' is not supported; Sonde reads chunks that are plain or packed with gzip, zlib, zstd or blosc"),
    };

    private byte[] Inflate(byte[] bytes, long expected)
    {
        using var packed = new MemoryStream(bytes);
        using Stream unpacked = Name == "gzip" ? new GZipStream(packed, CompressionMode.Decompress) : new ZLibStream(packed, CompressionMode.Decompress);
        using var memory = new MemoryStream(expected > 0 ? (int)Math.Min(expected, Array.MaxLength) : 0);
        try
        {
            if (bytes.Length == 0)                      // an empty stream would unpack to nothing without complaint
                throw new InvalidDataException();
            var buffer = new byte[1 << 16];
            for (int read; (read = unpacked.Read(buffer)) > 0;)
            {
                memory.Write(buffer, 0, read);
                if (expected >= 0 && memory.Length > expected)
                    throw new FormatException($"unpacks to more than the {expected} bytes expected");
            }
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException)
        {
            throw new FormatException($"is not sound {Name} data ({bytes.Length} bytes)");
        }
        return memory.ToArray();
    }

    private static byte[] Checked(byte[] bytes)
    {
        if (bytes.Length < Checksum)
            throw new FormatException($"holds {bytes.Length} bytes, too few for its checksum");
        var content = bytes[..^Checksum];
        var (stored, found) = (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(content.Length)), Crc32C.Of(content));
        return stored == found ? content : throw new FormatException($"has the checksum {found:x8} where {stored:x8} was stored");
    }
}
