using System.Buffers.Binary;
using System.Numerics;

namespace Sonde.Experiments.Files;

/// <summary>The CRC-32 of Castagnoli's polynomial (RFC 3720, appendix B.4), as Zarr's crc32c codec and checkpoints use it.</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(~0u, bytes);

    /// <summary>The inner register after more bytes; starts at and is finished by inverting all bits.</summary>
    public static uint Append(uint register, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes)
            register = BitOperations.Crc32C(register, b);
        return register;
    }
}
