using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sonde.Experiments.Files.Zarr;

/// <summary>Reads what zarr-python writes unless told otherwise, zstd and blosc, by the system's own libraries.</summary>
internal static partial class NativeCodec
{
    private const int BloscHeader = 16;

    public static byte[] Zstd(byte[] bytes, long expected)
    {
        NativeLibraries.Require(NativeLibraries.Zstd, "Reading a chunk packed with zstd");
        var length = expected >= 0 ? (ulong)expected : GetFrameContentSize(bytes, (nuint)bytes.Length);
        if (length > (ulong)Array.MaxLength)
            throw new FormatException($"is not sound zstd data ({bytes.Length} bytes)");
        var unpacked = new byte[length];
        var found = Decompress(unpacked, (nuint)unpacked.Length, bytes, (nuint)bytes.Length);
        if (IsError(found) != 0)
            throw new FormatException($"is not sound zstd data for {unpacked.Length} bytes: {Marshal.PtrToStringUTF8(GetErrorName(found))}");
        return (int)found == unpacked.Length ? unpacked : unpacked[..(int)found];
    }

    public static byte[] Blosc(byte[] bytes)
    {
        NativeLibraries.Require(NativeLibraries.Blosc, "Reading a chunk packed with blosc");
        if (bytes.Length < BloscHeader || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)) != bytes.Length)
            throw new FormatException($"is not sound blosc data ({bytes.Length} bytes)");
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        if (length < 0)
            throw new FormatException($"is not sound blosc data ({bytes.Length} bytes)");
        var unpacked = new byte[length];
        return BloscDecompress(bytes, unpacked, (nuint)length, 1) == length
            ? unpacked
            : throw new FormatException($"is not sound blosc data ({bytes.Length} bytes)");
    }

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_decompress")]
    private static partial nuint Decompress(byte[] target, nuint capacity, byte[] source, nuint length);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_getFrameContentSize")]
    private static partial ulong GetFrameContentSize(byte[] source, nuint length);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint code);

    [LibraryImport(NativeLibraries.Blosc, EntryPoint = "blosc_decompress_ctx")]
    private static partial int BloscDecompress(byte[] source, byte[] target, nuint capacity, int threads);
}
