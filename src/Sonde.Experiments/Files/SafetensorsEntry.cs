namespace Sonde.Experiments.Files;

/// <summary>A tensor of a safetensors file.</summary>
/// <param name="Name">Such as "0.weight".</param>
/// <param name="Type">The file's word for its numbers, such as "F32"; kinds of which no number can be read, such as "I64", may lie beside others.</param>
/// <param name="Shape">Row-major; empty for a single number.</param>
/// <param name="Begin">Of its first byte, behind the header.</param>
/// <param name="End">Behind its last byte.</param>
public sealed record SafetensorsEntry(string Name, string Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Bytes of a number, by the file's word for it.</summary>
    internal static IReadOnlyDictionary<string, int> Sizes { get; } = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["F64"] = 8, ["I64"] = 8, ["U64"] = 8, ["F32"] = 4, ["I32"] = 4, ["U32"] = 4, ["F16"] = 2, ["BF16"] = 2, ["I16"] = 2, ["U16"] = 2,
        ["I8"] = 1, ["U8"] = 1, ["BOOL"] = 1, ["F8_E4M3"] = 1, ["F8_E5M2"] = 1,
    };

    /// <summary>How many numbers it holds.</summary>
    public long Count => (End - Begin) / Sizes[Type];
}
