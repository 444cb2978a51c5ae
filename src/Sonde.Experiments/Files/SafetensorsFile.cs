using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Sonde.Experiments.Files;

/// <summary>
/// A file of named arrays in the safetensors format, which PyTorch's own package reads and writes: a length in 8 bytes, a header in JSON, and the
/// numbers, little-endian, one array after the other. Nothing in it is ever executed. The header is checked whole before any number is read.
/// </summary>
public sealed class SafetensorsFile
{
    private readonly string path;
    private readonly long dataStart;
    private readonly Dictionary<string, SafetensorsEntry> entries;

    private SafetensorsFile(string path, long dataStart, SafetensorsHeader header)
    {
        (this.path, this.dataStart, Metadata, Tensors) = (path, dataStart, header.Metadata, header.Tensors);
        entries = Tensors.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>Texts that whoever wrote the file left in it.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What the file holds, in the order in which it lies.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>Reads and checks a file's header.</summary>
    /// <exception cref="InputException">It is not there, cut off, or no safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"There is no file {path}.");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Span<byte> start = stackalloc byte[sizeof(ulong)];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length)
            throw new InputException($"{path} has {stream.Length} bytes, but a safetensors file begins with 8 that say how long its header is.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > SafetensorsHeader.MostBytes || (long)length > stream.Length - start.Length)
            throw new InputException($"{path} is no safetensors file, or cut off: its header should have {length} bytes, but the file has {stream.Length}.");
        var header = new byte[length];
        stream.ReadExactly(header);
        var dataStart = start.Length + (long)length;
        return new(path, dataStart, SafetensorsHeader.Parse(path, header, stream.Length - dataStart));
    }

    /// <summary>The tensor of a name; null where the file holds none.</summary>
    public SafetensorsEntry? Find(string name) => entries.GetValueOrDefault(name);

    /// <summary>Reads a tensor's numbers, rounded where T is narrower than what was stored.</summary>
    /// <param name="name">Which tensor.</param>
    /// <param name="values">As many numbers as it holds, overwritten.</param>
    /// <exception cref="InputException">The file holds no such tensor, or it is not of floating-point numbers, or of another size.</exception>
    public void Read<T>(string name, Span<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var entry = Find(name) ?? throw new InputException($"{path} holds no tensor '{name}'.");
        if (!Enum.TryParse<SafetensorsType>(entry.Type, out var type))
            throw new InputException($"Tensor '{name}' in {path} is of type {entry.Type}; expected one of {string.Join(", ", Enum.GetNames<SafetensorsType>())}.");
        if (entry.Count != values.Length)
            throw new InputException($"Tensor '{name}' in {path} holds {entry.Count} numbers; expected {values.Length}.");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        stream.Position = dataStart + entry.Begin;
        switch (type)
        {
            case SafetensorsType.F64: Convert<double, T>(stream, values); break;
            case SafetensorsType.F32: Convert<float, T>(stream, values); break;
            case SafetensorsType.F16: Convert<Half, T>(stream, values); break;
            case SafetensorsType.BF16: Widen(stream, values); break;
            case SafetensorsType.I8: Convert<sbyte, T>(stream, values); break;
        }
    }

    private static void Convert<TStored, T>(FileStream stream, Span<T> values)
        where TStored : unmanaged, INumberBase<TStored> where T : unmanaged, INumberBase<T>
    {
        var stored = new TStored[values.Length];
        stream.ReadExactly(MemoryMarshal.AsBytes(stored.AsSpan()));
        TensorPrimitives.ConvertSaturating<TStored, T>(stored, values);
    }

    private static void Widen<T>(FileStream stream, Span<T> values) where T : unmanaged, INumberBase<T>
    {
        var stored = new ushort[values.Length];
        stream.ReadExactly(MemoryMarshal.AsBytes(stored.AsSpan()));
        for (var i = 0; i < stored.Length; i++)
            values[i] = T.CreateSaturating(BitConverter.UInt32BitsToSingle((uint)stored[i] << 16));
    }
}
