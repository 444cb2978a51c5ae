using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sonde.Experiments.Files;

/// <summary>Collects named arrays and writes them as one safetensors file, whole or not at all.</summary>
public sealed class SafetensorsWriter
{
    private const int Alignment = 8;
    private readonly List<(string Name, string Type, int[] Shape, byte[] Bytes)> tensors = [];
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    /// <summary>Leaves a text for whoever reads the file.</summary>
    public void SetMetadata(string name, string text) => metadata[name] = text;

    /// <summary>Keeps a copy of an array.</summary>
    /// <param name="name">Not yet given to another.</param>
    /// <param name="shape">Row-major.</param>
    /// <param name="values">As many as the shape holds, of float or double.</param>
    /// <exception cref="ArgumentException">The name is taken or reserved, the numbers do not fill the shape, or T is neither float nor double.</exception>
    public void Add<T>(string name, IReadOnlyList<int> shape, ReadOnlySpan<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var type = typeof(T) == typeof(double) ? SafetensorsType.F64
            : typeof(T) == typeof(float) ? SafetensorsType.F32
            : throw new ArgumentException($"Arrays of float or double are written, not of {typeof(T).Name}.", nameof(values));
        Add(name, shape, values, type);
    }

    /// <summary>Keeps a copy of an array of whole numbers from −128 to 127.</summary>
    /// <param name="name">Not yet given to another.</param>
    /// <param name="shape">Row-major.</param>
    /// <param name="values">As many as the shape holds.</param>
    /// <exception cref="ArgumentException">The name is taken or reserved, or the numbers do not fill the shape.</exception>
    public void Add(string name, IReadOnlyList<int> shape, ReadOnlySpan<sbyte> values) => Add(name, shape, values, SafetensorsType.I8);

    private void Add<T>(string name, IReadOnlyList<int> shape, ReadOnlySpan<T> values, SafetensorsType type) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        if (name == SafetensorsHeader.MetadataKey || tensors.Exists(tensor => tensor.Name == name))
            throw new ArgumentException($"There is a '{name}' in the file already.", nameof(name));
        var count = shape.Aggregate(1L, (product, length) => product * length);
        if (count != values.Length)
            throw new ArgumentException($"Tensor '{name}' of [{string.Join(", ", shape)}] holds {count} numbers, but {values.Length} were given.", nameof(values));
        tensors.Add((name, type.ToString(), [.. shape], MemoryMarshal.AsBytes(values).ToArray()));
    }

    /// <summary>Writes everything.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        var header = Header();
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in tensors)
            stream.Write(tensor.Bytes);
    });

    private byte[] Header()
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach (var (name, text) in metadata)
                    json.WriteString(name, text);
                json.WriteEndObject();
            }
            var begin = 0L;
            foreach (var (name, type, shape, bytes) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                WriteNumbers(json, "shape", shape.Select(size => (long)size));
                WriteNumbers(json, "data_offsets", [begin, begin + bytes.Length]);
                json.WriteEndObject();
                begin += bytes.Length;
            }
            json.WriteEndObject();
        }
        while (memory.Length % Alignment != 0)
            memory.WriteByte((byte)' ');                // so that the numbers lie aligned
        return memory.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
