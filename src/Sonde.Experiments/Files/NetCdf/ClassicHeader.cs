using System.Buffers.Binary;

namespace Sonde.Experiments.Files.NetCdf;

/// <summary>
/// Finds out whether a file of the classic format (CDF-1, 2 or 5) is as long as its header says: libnetcdf reads zeros, without
/// complaint, where such a file was cut off. Layout: NetCDF Classic Format Specification, NetCDF Users Guide, appendix B.
/// </summary>
internal sealed class ClassicHeader
{
    private const int DimensionTag = 10, VariableTag = 11, AttributeTag = 12;
    private readonly Stream file;
    private readonly int version;

    private ClassicHeader(Stream file, int version) => (this.file, this.version) = (file, version);

    /// <summary>Does nothing for other formats.</summary>
    /// <exception cref="InputException">The file is shorter than its header says.</exception>
    public static void RequireWhole(string path)
    {
        using var file = new BufferedStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Span<byte> magic = stackalloc byte[4];
        if (file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !magic.StartsWith("CDF"u8) || magic[3] is not (1 or 2 or 5))
            return;
        long needed;
        try
        {
            needed = new ClassicHeader(file, magic[3]).Length();
        }
        catch (EndOfStreamException)
        {
            throw new InputException($"{path} ends within its header, after {file.Length} bytes.");
        }
        if (file.Length < needed)
            throw new InputException($"{path} was cut off: it has {file.Length} bytes where its variables need {needed}.");
    }

    private long Length()
    {
        var records = version == 5 ? Int64() : Int32();
        if (records == uint.MaxValue)
            records = 0;                                    // the number is not kept, it follows from the length
        var dimensions = new long[Elements(DimensionTag)];
        for (var d = 0; d < dimensions.Length; d++)
        {
            SkipPadded(Count());
            dimensions[d] = Count();
        }
        SkipAttributes();
        var (end, recordSize, recordVariables) = (0L, 0L, new List<(long Begin, long Size)>());
        for (var variables = Elements(VariableTag); variables > 0; variables--)
        {
            SkipPadded(Count());
            var (size, isRecord) = (1L, false);
            for (var (rank, d) = (Count(), 0L); d < rank; d++)
            {
                var length = dimensions[checked((int)Count())];
                isRecord |= length == 0;
                size *= length == 0 ? 1 : length;
            }
            SkipAttributes();
            size *= SizeOf(Int32());
            Count();                                        // vsize: padded, and wrong for large variables
            var begin = version == 1 ? Int32() : Int64();
            if (isRecord)
                recordVariables.Add((begin, size));
            else
                end = Math.Max(end, begin + size);
        }
        foreach (var (_, size) in recordVariables)
            recordSize += recordVariables.Count == 1 ? size : Padded(size);
        foreach (var (begin, size) in recordVariables)
            if (records > 0)
                end = Math.Max(end, begin + (records - 1) * recordSize + size);
        return end;
    }

    private void SkipAttributes()
    {
        for (var attributes = Elements(AttributeTag); attributes > 0; attributes--)
        {
            SkipPadded(Count());
            var size = SizeOf(Int32());
            SkipPadded(size * Count());
        }
    }

    // The length of a list: 0, or after the list's tag.
    private long Elements(int tag)
    {
        var found = Int32();
        var count = Count();
        return found == tag ? count : 0;
    }

    private long Count() => version == 5 ? Int64() : Int32();

    private void SkipPadded(long bytes)
    {
        if (bytes < 0 || file.Position + bytes > file.Length)
            throw new EndOfStreamException();
        file.Seek(Padded(bytes), SeekOrigin.Current);
    }

    private static long Padded(long bytes) => (bytes + 3) / 4 * 4;

    private static int SizeOf(long type) => type switch
    {
        NetCdfType.Byte or NetCdfType.Char or NetCdfType.UnsignedByte => 1,
        NetCdfType.Short or NetCdfType.UnsignedShort => 2,
        NetCdfType.Int or NetCdfType.UnsignedInt or NetCdfType.Float => 4,
        _ => 8,
    };

    private long Int32()
    {
        Span<byte> bytes = stackalloc byte[4];
        file.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    private long Int64()
    {
        Span<byte> bytes = stackalloc byte[8];
        file.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }
}
