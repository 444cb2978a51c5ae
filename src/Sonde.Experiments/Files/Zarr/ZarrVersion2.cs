using System.Text.Json;

namespace Sonde.Experiments.Files.Zarr;

/// <summary>Metadata of Zarr 2: .zgroup, .zarray and .zattrs, all of them again in .zmetadata.</summary>
internal static class ZarrVersion2
{
    public const string GroupFile = ".zgroup";
    public const string ArrayFile = ".zarray";
    public const string AttributesFile = ".zattrs";
    public const string ConsolidatedFile = ".zmetadata";
    private const string DimensionNames = "_ARRAY_DIMENSIONS";      // xarray's convention

    public static (IReadOnlyList<ZarrArray> Arrays, Attributes Attributes, IReadOnlyDictionary<string, string> Refused) Read(string store)
    {
        var arrays = new List<ZarrArray>();
        var refused = new Dictionary<string, string>();
        var attributes = new Attributes();
        foreach (var (name, where, node, notes) in Members(store, attributes))
        {
            var description = ZarrJson.Text(node, "dtype");
            if (description is null || ZarrType.OfDescription(description) is not { } type)
                refused.Add(name, $"its data type is not supported{ZarrJson.Found(node, "dtype")}");
            else if (ZarrJson.Text(node, "order") == "F")
                refused.Add(name, "its values are stored column by column (order F); write it again in order C");
            else
                arrays.Add(Array(name, where, node, notes, type));
        }
        return (arrays, attributes, refused);
    }

    public static byte[] Group() => "{\n  \"zarr_format\": 2\n}"u8.ToArray();

    public static byte[] Array(ZarrArray array) => ZarrVersion3.Json(writer => Members(writer, array));

    public static byte[] AttributesOf(ZarrArray array) => ZarrVersion3.Json(writer => AttributeMembers(writer, array));

    public static byte[] AttributesOf(Attributes attributes) => ZarrVersion3.Json(writer =>
    {
        foreach (var (name, value) in attributes)
        {
            writer.WritePropertyName(name);
            ZarrJson.Write(writer, value);
        }
    });

    public static byte[] Consolidated(Attributes attributes, IReadOnlyList<ZarrArray> arrays) => ZarrVersion3.Json(writer =>
    {
        writer.WriteNumber("zarr_consolidated_format", 1);
        writer.WriteStartObject("metadata");
        writer.WriteStartObject(GroupFile);
        writer.WriteNumber("zarr_format", 2);
        writer.WriteEndObject();
        writer.WritePropertyName(AttributesFile);
        ZarrJson.Write(writer, attributes);
        foreach (var array in arrays)
        {
            writer.WriteStartObject($"{array.Name}/{ArrayFile}");
            Members(writer, array);
            writer.WriteEndObject();
            writer.WriteStartObject($"{array.Name}/{AttributesFile}");
            AttributeMembers(writer, array);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    });

    private static IEnumerable<(string Name, string Where, JsonElement Node, Attributes Notes)> Members(string store, Attributes attributes)
    {
        var consolidated = Path.Combine(store, ConsolidatedFile);
        if (File.Exists(consolidated) && ZarrJson.Read(consolidated).TryGetProperty("metadata", out var nodes) && nodes.ValueKind == JsonValueKind.Object)
        {
            if (nodes.TryGetProperty(AttributesFile, out var notes) && notes.ValueKind == JsonValueKind.Object)
                ZarrJson.Add(notes, attributes);
            foreach (var node in nodes.EnumerateObject())
                if (node.Name.Split('/') is [var name, ArrayFile])
                    yield return (name, $"{consolidated}, array '{name}'", node.Value, ZarrJson.Attributes(nodes, $"{name}/{AttributesFile}"));
            yield break;
        }
        if (File.Exists(Path.Combine(store, AttributesFile)))
            ZarrJson.Add(ZarrJson.Read(Path.Combine(store, AttributesFile)), attributes);
        foreach (var folder in Directory.EnumerateDirectories(store).Order(StringComparer.Ordinal))
        {
            var (path, notesPath) = (Path.Combine(folder, ArrayFile), Path.Combine(folder, AttributesFile));
            if (!File.Exists(path))
                continue;
            var notes = new Attributes();
            if (File.Exists(notesPath))
                ZarrJson.Add(ZarrJson.Read(notesPath), notes);
            yield return (Path.GetFileName(folder), path, ZarrJson.Read(path), notes);
        }
    }

    private static ZarrArray Array(string name, string where, JsonElement node, Attributes notes, ZarrType type)
    {
        var shape = ZarrJson.Integers(node, "shape", where);
        var chunk = ZarrJson.Integers(node, "chunks", where);
        ZarrVersion3.RequireChunk(shape, chunk, where);
        var names = notes[DimensionNames] as string[];
        notes[DimensionNames] = null;
        if (names is not null && names.Length != shape.Length)
            throw new InputException($"{where}: '{DimensionNames}' gives {names.Length} names for {shape.Length} dimensions.");
        var hasFill = node.TryGetProperty("fill_value", out var stored) && stored.ValueKind != JsonValueKind.Null;
        var fill = !hasFill ? type.Memory.Nothing() : ZarrVersion3.FillOf(stored, type)
            ?? throw new InputException($"{where}: 'fill_value' must be a value of type {type.Description}{ZarrJson.Found(node, "fill_value")}.");
        // xarray keeps _FillValue here; 0 is only what zarr-python puts where nobody asked.
        if (hasFill && type.Memory != DataType.Text && !IsZeroOrNaN(fill) && notes["_FillValue"] is null)
            notes["_FillValue"] = fill;
        return new ZarrArray(name, shape, System.Array.ConvertAll(chunk, length => (int)length), type, fill)
        {
            Dimensions = names ?? [.. Enumerable.Range(0, shape.Length).Select(d => $"{name}_{d}")],
            Codecs = [.. Filters(node), .. Compressor(node)],
            Attributes = notes,
            KeyPrefix = "",
            Separator = (ZarrJson.Text(node, "dimension_separator") ?? ".")[0],
        };
    }

    private static bool IsZeroOrNaN(object fill) => fill switch
    {
        double number => number == 0 || double.IsNaN(number),
        float number => number == 0 || float.IsNaN(number),
        int number => number == 0,
        long number => number == 0,
        _ => true,
    };

    private static IEnumerable<ZarrCodec> Filters(JsonElement node)
    {
        if (!node.TryGetProperty("filters", out var filters) || filters.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var filter in filters.EnumerateArray())
            if (ZarrJson.Text(filter, "id") is { } id and not "vlen-utf8")
                yield return new ZarrCodec(id);
    }

    private static IEnumerable<ZarrCodec> Compressor(JsonElement node)
    {
        if (node.TryGetProperty("compressor", out var compressor) && ZarrJson.Text(compressor, "id") is { } id)
            yield return new ZarrCodec(id);
    }

    private static void Members(Utf8JsonWriter writer, ZarrArray array)
    {
        writer.WriteNumber("zarr_format", 2);
        Numbers("shape", array.Shape);
        Numbers("chunks", array.LongChunk);
        writer.WriteString("dtype", array.Type.Description);
        writer.WriteString("order", "C");
        writer.WriteString("dimension_separator", array.Separator.ToString());
        writer.WritePropertyName("fill_value");
        if (array.Attributes.Number("_FillValue") is { } missing)
            ZarrJson.Write(writer, array.Type.Kind == 'i' ? (long)missing : missing);
        else if (array.Type.Kind == 'f')
            ZarrJson.Write(writer, array.Fill);
        else
            writer.WriteNullValue();
        writer.WritePropertyName("filters");
        if (array.Type.Kind == 'O')
        {
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteString("id", "vlen-utf8");
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteNullValue();
        }
        writer.WritePropertyName("compressor");
        if (array.Codecs is [var codec])
        {
            writer.WriteStartObject();
            writer.WriteString("id", codec.Name);
            writer.WriteNumber("level", codec.Level);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNullValue();
        }

        void Numbers(string name, long[] numbers)
        {
            writer.WriteStartArray(name);
            foreach (var number in numbers)
                writer.WriteNumberValue(number);
            writer.WriteEndArray();
        }
    }

    private static void AttributeMembers(Utf8JsonWriter writer, ZarrArray array)
    {
        writer.WriteStartArray(DimensionNames);
        foreach (var name in array.Dimensions)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
        foreach (var (name, value) in array.Attributes)
        {
            if (name == "_FillValue")
                continue;                               // kept as fill_value
            writer.WritePropertyName(name);
            ZarrJson.Write(writer, value);
        }
    }
}
