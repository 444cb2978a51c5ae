using System.Text.Json;

namespace Sonde.Experiments.Files;

/// <summary>What the header of a safetensors file says.</summary>
/// <param name="Metadata">Texts.</param>
/// <param name="Tensors">In the order in which they lie.</param>
internal sealed record SafetensorsHeader(IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<SafetensorsEntry> Tensors)
{
    public const string MetadataKey = "__metadata__";
    public const long MostBytes = 100_000_000;          // as other readers of the format have it

    /// <summary>Reads a header; the tensors must lie one after the other and fill the file.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="json">The header.</param>
    /// <param name="dataBytes">How many bytes follow it.</param>
    /// <exception cref="InputException">It is not as it should be.</exception>
    public static SafetensorsHeader Parse(string path, ReadOnlyMemory<byte> json, long dataBytes)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(path, document.RootElement, dataBytes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)          // the latter: a text that is no Unicode
        {
            throw new InputException($"{path} is no safetensors file: its header is not JSON ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private static SafetensorsHeader Read(string path, JsonElement root, long dataBytes)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new InputException($"{path} is no safetensors file: its header is {Words(root)}, not an object.");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var tensors = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (property.NameEquals(MetadataKey))
                ParseMetadata(path, property.Value, metadata);
            else if (!tensors.TryAdd(property.Name, ParseTensor(path, property.Name, property.Value)))
                throw new InputException($"{path} holds tensor '{property.Name}' twice.");
        }
        SafetensorsEntry[] inOrder = [.. tensors.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        RequireWhole(path, inOrder, dataBytes);
        return new(metadata, inOrder);
    }

    private static void ParseMetadata(string path, JsonElement element, Dictionary<string, string> metadata)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new InputException($"{path}: {MetadataKey} is {Words(element)}; expected an object of texts.");
        foreach (var item in element.EnumerateObject())
            metadata[item.Name] = item.Value.ValueKind == JsonValueKind.String
                ? item.Value.GetString()!
                : throw new InputException($"{path}: '{item.Name}' in {MetadataKey} is {Words(item.Value)}; expected a text.");
    }

    private static SafetensorsEntry ParseTensor(string path, string name, JsonElement element)
    {
        string? type = null;
        long[]? shape = null, offsets = null;
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var item in element.EnumerateObject())
            {
                if (item.NameEquals("dtype") && item.Value.ValueKind == JsonValueKind.String)
                    type = item.Value.GetString();
                else if (item.NameEquals("shape"))
                    shape = WholeNumbers(item.Value);
                else if (item.NameEquals("data_offsets"))
                    offsets = WholeNumbers(item.Value);
            }
        }
        if (type is null || shape is null || offsets is not [var begin, var end])
            throw new InputException($"Tensor '{name}' in {path} is {Words(element)}; expected dtype, shape and two data_offsets, whole numbers from 0.");
        if (!SafetensorsEntry.Sizes.TryGetValue(type, out var size))
            throw new InputException($"Tensor '{name}' in {path} is of type '{type}'; expected one of {string.Join(", ", SafetensorsEntry.Sizes.Keys)}.");
        var bytes = (Int128)size;
        foreach (var length in shape)
            bytes = bytes > long.MaxValue ? bytes : bytes * length;
        if (bytes != (Int128)end - begin)
            throw new InputException($"Tensor '{name}' in {path} has {(Int128)end - begin} bytes, from {begin} to {end}; {type} [{string.Join(", ", shape)}] needs {bytes}.");
        return new(name, type, shape, begin, end);
    }

    private static void RequireWhole(string path, SafetensorsEntry[] tensors, long dataBytes)
    {
        var (filled, before) = (0L, "the header");
        foreach (var tensor in tensors)
        {
            if (tensor.Begin != filled)
                throw new InputException($"Tensor '{tensor.Name}' in {path} begins at byte {tensor.Begin}; expected {filled}, where {before} ends.");
            if (tensor.End > dataBytes)
                throw new InputException($"{path} is cut off: tensor '{tensor.Name}' ends at byte {tensor.End}, but only {dataBytes} bytes follow the header.");
            (filled, before) = (tensor.End, $"tensor '{tensor.Name}'");
        }
        if (filled != dataBytes)
            throw new InputException($"{path} holds {dataBytes} bytes behind its header; its tensors fill {filled}.");
    }

    private static long[]? WholeNumbers(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
            return null;
        var numbers = new long[element.GetArrayLength()];
        var i = 0;
        foreach (var item in element.EnumerateArray())
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[i++]) || numbers[i - 1] < 0)
                return null;
        return numbers;
    }

    private static string Words(JsonElement element)
    {
        const int most = 80;
        var text = element.GetRawText();
        return text.Length <= most ? text : text[..most] + "…";
    }
}
