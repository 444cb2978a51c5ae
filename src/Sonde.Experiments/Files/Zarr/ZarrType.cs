using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Sonde.Experiments.Files.Zarr;

/// <summary>How a Zarr array stores one value.</summary>
/// <param name="Kind">f, i, u: numbers; b: a boolean; U: UTF-32 text of fixed length; S: ASCII text of fixed length; O: UTF-8 text of any length.</param>
/// <param name="Size">Bytes of a value; 0 for O.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
internal sealed record ZarrType(char Kind, int Size, bool BigEndian = false)
{
    /// <summary>The type as which values are held in memory.</summary>
    public DataType Memory => (Kind, Size) switch
    {
        ('f', 8) => DataType.Real64,
        ('f', _) => DataType.Real32,
        ('i', 8) or ('u', 8) or ('u', 4) => DataType.Integer64,
        ('i', _) or ('u', _) or ('b', _) => DataType.Integer32,
        _ => DataType.Text,
    };

    /// <summary>Whether values in memory have exactly the stored form, so that they can also be written.</summary>
    public bool IsWritable => this == Of(Memory);

    public static ZarrType Of(DataType type) => type switch
    {
        DataType.Real64 => new('f', 8),
        DataType.Real32 => new('f', 4),
        DataType.Integer32 => new('i', 4),
        DataType.Integer64 => new('i', 8),
        _ => new('O', 0),
    };

    /// <summary>The type of a name of Zarr 3, such as float64; null where it is not supported.</summary>
    public static ZarrType? OfName(string name) => name switch
    {
        "bool" => new('b', 1),
        "int8" or "int16" or "int32" or "int64" => new('i', Bits(name, 3)),
        "uint8" or "uint16" or "uint32" or "uint64" => new('u', Bits(name, 4)),
        "float16" or "float32" or "float64" => new('f', Bits(name, 5)),
        "string" => new('O', 0),
        _ => null,
    };

    /// <summary>The type of a NumPy description as of Zarr 2, such as &lt;f8; null where it is not supported.</summary>
    public static ZarrType? OfDescription(string text)
    {
        if (text.Length < 2 || !"<>|".Contains(text[0], StringComparison.Ordinal))
            return null;
        if (text == "|O")
            return new('O', 0);
        if (!int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            return null;
        return (text[1], size) switch
        {
            ('f', 2 or 4 or 8) or ('i' or 'u', 1 or 2 or 4 or 8) or ('b', 1) => new(text[1], size, text[0] == '>'),
            ('U', > 0 and < 1 << 20) => new('U', 4 * size, text[0] == '>'),
            ('S', > 0) => new('S', size),
            _ => null,
        };
    }

    /// <summary>As <see cref="OfName"/> reads it.</summary>
    public string Name => Kind switch { 'f' => $"float{8 * Size}", 'i' => $"int{8 * Size}", _ => "string" };

    /// <summary>As <see cref="OfDescription"/> reads it.</summary>
    public string Description => Kind == 'O' ? "|O" : $"<{Kind}{Size}";

    /// <summary>Bytes to values; as many as <paramref name="count"/>.</summary>
    /// <exception cref="FormatException">The bytes do not hold them; the message says what was found, as the end of a sentence.</exception>
    public Array Decode(byte[] bytes, int count)
    {
        if (Kind == 'O')
            return DecodeTexts(bytes, count);
        if (bytes.Length != (long)count * Size)
            throw new FormatException($"holds {bytes.Length} bytes where {count} values of {Size} bytes need {(long)count * Size}");
        var word = Kind == 'U' ? 4 : Kind == 'S' ? 1 : Size;
        if (word > 1 && BigEndian == BitConverter.IsLittleEndian)
            for (var at = 0; at < bytes.Length; at += word)
                bytes.AsSpan(at, word).Reverse();
        return (Kind, Size) switch
        {
            ('f', 8) => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            ('f', 4) => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            ('f', 2) => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), value => (float)value),
            ('i', 8) => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
            ('i', 4) => MemoryMarshal.Cast<byte, int>(bytes).ToArray(),
            ('i', 2) => Array.ConvertAll(MemoryMarshal.Cast<byte, short>(bytes).ToArray(), value => (int)value),
            ('i', 1) => Array.ConvertAll(MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray(), value => (int)value),
            ('u', 8) => Array.ConvertAll(MemoryMarshal.Cast<byte, ulong>(bytes).ToArray(), Signed),
            ('u', 4) => Array.ConvertAll(MemoryMarshal.Cast<byte, uint>(bytes).ToArray(), value => (long)value),
            ('u', 2) => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), value => (int)value),
            ('u' or 'b', 1) => Array.ConvertAll(bytes, value => (int)value),
            ('U', _) => FixedTexts(bytes, BitConverter.IsLittleEndian ? Encoding.UTF32 : new UTF32Encoding(bigEndian: true, byteOrderMark: false)),
            _ => FixedTexts(bytes, Encoding.Latin1),
        };
    }

    /// <summary>Values to bytes, for types that are <see cref="IsWritable"/>.</summary>
    public byte[] Encode(Array values)
    {
        var bytes = values switch
        {
            double[] a => MemoryMarshal.AsBytes<double>(a).ToArray(),
            float[] a => MemoryMarshal.AsBytes<float>(a).ToArray(),
            int[] a => MemoryMarshal.AsBytes<int>(a).ToArray(),
            long[] a => MemoryMarshal.AsBytes<long>(a).ToArray(),
            _ => EncodeTexts((string[])values),
        };
        if (Size > 1 && !BitConverter.IsLittleEndian)
            for (var at = 0; at < bytes.Length; at += Size)
                bytes.AsSpan(at, Size).Reverse();
        return bytes;
    }

    private static int Bits(string name, int at) => int.Parse(name.AsSpan(at), CultureInfo.InvariantCulture) / 8;

    private static long Signed(ulong value) => value <= long.MaxValue
        ? (long)value
        : throw new FormatException($"holds {value}, beyond the largest 64-bit integer {long.MaxValue}");

    private string[] FixedTexts(byte[] bytes, Encoding encoding)
    {
        var texts = new string[bytes.Length / Size];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = encoding.GetString(bytes, i * Size, Size).TrimEnd('\0');
        return texts;
    }

    // The vlen-utf8 codec: the number of texts, then each one's length in bytes and its bytes; all counts 32 bits.
    private static string[] DecodeTexts(byte[] bytes, int count)
    {
        var rest = bytes.AsSpan();
        var found = Length(ref rest);
        if (found != count)
            throw new FormatException($"holds {found} texts where {count} are expected");
        var texts = new string[count];
        for (var i = 0; i < count; i++)
        {
            var length = Length(ref rest);
            if (length < 0 || length > rest.Length)
                throw new FormatException($"ends within text {i + 1} of {count}");
            texts[i] = Encoding.UTF8.GetString(rest[..length]);
            rest = rest[length..];
        }
        return texts;

        int Length(ref Span<byte> rest)
        {
            if (rest.Length < sizeof(int))
                throw new FormatException($"holds {bytes.Length} bytes, too few for {count} texts");
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            rest = rest[sizeof(int)..];
            return length;
        }
    }

    private static byte[] EncodeTexts(string[] texts)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(texts.Length);
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }
        return stream.ToArray();
    }
}
