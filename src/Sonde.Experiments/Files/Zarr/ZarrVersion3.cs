using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sonde.Experiments.Files.Zarr;

/// <summary>Metadata of Zarr 3: one zarr.json for the group and for each array, all of them again in the group's.</summary>
internal static class ZarrVersion3
{
    public const string File = "zarr.json";

    /// <summary>The arrays and attributes of a group.</summary>
    public static (IReadOnlyList<ZarrArray> Arrays, Attributes Attributes, IReadOnlyDictionary<string, string> Refused) Read(string store)
    {
        var path = Path.Combine(store, File);
        var root = ZarrJson.Read(path);
        RequireVersion(root, path);
        if (ZarrJson.Text(root, "node_type") != "group")
            throw new InputException($"{path} describes a single array; a group of named arrays is expected.");
        var arrays = new List<ZarrArray>();
        var refused = new Dictionary<string, string>();
        foreach (var (name, where, node) in Members(store, root))
        {
            if (ZarrJson.Text(node, "node_type") != "array")
                continue;
            RequireVersion(node, where);
            if (TypeOf(node) is { } type)
                arrays.Add(Array(name, where, node, type));
            else
                refused.Add(name, $"its data type is not supported{ZarrJson.Found(node, "data_type")}");
        }
        return (arrays, ZarrJson.Attributes(root), refused);
    }

    public static byte[] Group(Attributes attributes, IReadOnlyList<ZarrArray> arrays) => Json(writer =>
    {
        Head(writer, "group");
        writer.WritePropertyName("attributes");
        ZarrJson.Write(writer, attributes);
        writer.WriteStartObject("consolidated_metadata");
        writer.WriteString("kind", "inline");
        writer.WriteBoolean("must_understand", false);
        writer.WriteStartObject("metadata");
        foreach (var array in arrays)
        {
            writer.WriteStartObject(array.Name);
            Members(writer, array);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    public static byte[] Array(ZarrArray array) => Json(writer => Members(writer, array));

    internal static byte[] Json(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static IEnumerable<(string Name, string Where, JsonElement Node)> Members(string store, JsonElement root)
    {
        if (root.TryGetProperty("consolidated_metadata", out var consolidated) && consolidated.ValueKind == JsonValueKind.Object
            && consolidated.TryGetProperty("metadata", out var nodes) && nodes.ValueKind == JsonValueKind.Object)
        {
            foreach (var node in nodes.EnumerateObject())
                if (!node.Name.Contains('/', StringComparison.Ordinal) && node.Value.ValueKind == JsonValueKind.Object)
                    yield return (node.Name, $"{Path.Combine(store, File)}, array '{node.Name}'", node.Value);
            yield break;
        }
        foreach (var folder in Directory.EnumerateDirectories(store).Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(folder, File);
            if (System.IO.File.Exists(path))
                yield return (Path.GetFileName(folder), path, ZarrJson.Read(path));
        }
    }

    private static void RequireVersion(JsonElement node, string where)
    {
        if (!node.TryGetProperty("zarr_format", out var format) || format.ValueKind != JsonValueKind.Number || format.GetDouble() != 3)
            throw new InputException($"{where}: 'zarr_format' must be 3{ZarrJson.Found(node, "zarr_format")}.");
    }

    private static ZarrType? TypeOf(JsonElement node)
    {
        if (ZarrJson.Text(node, "data_type") is not { } name || ZarrType.OfName(name) is not { } type)
            return null;
        return type with { BigEndian = Codecs(node).Any(codec => codec.Name == "bytes" && ZarrJson.Text(codec.Configuration, "endian") == "big") };
    }

    private static ZarrArray Array(string name, string where, JsonElement node, ZarrType type)
    {
        var shape = ZarrJson.Integers(node, "shape", where);
        var (grid, gridConfiguration) = Extension(node, "chunk_grid");
        if (grid != "regular")
            throw new InputException($"{where}: 'chunk_grid' must be regular{ZarrJson.Found(node, "chunk_grid")}.");
        var chunk = ZarrJson.Integers(gridConfiguration, "chunk_shape", where);
        RequireChunk(shape, chunk, where);
        var (keys, keyConfiguration) = Extension(node, "chunk_key_encoding");
        var separator = ZarrJson.Text(keyConfiguration, "separator") ?? (keys == "v2" ? "." : "/");
        if (keys is not ("default" or "v2") || separator is not ("." or "/"))
            throw new InputException($"{where}: 'chunk_key_encoding' must be default or v2{ZarrJson.Found(node, "chunk_key_encoding")}.");
        var attributes = ZarrJson.Attributes(node);
        if (attributes["_FillValue"] is string packed && type.Memory is DataType.Real32 or DataType.Real64)
            attributes["_FillValue"] = Unpacked(packed);
        return new ZarrArray(name, shape, System.Array.ConvertAll(chunk, length => (int)length), type, Fill(node, type, where))
        {
            Dimensions = Names(node, name, shape.Length, where),
            Codecs = [.. Codecs(node).Where(codec => codec.Name is not ("bytes" or "vlen-utf8")).Select(codec => new ZarrCodec(codec.Name))],
            Attributes = attributes,
            KeyPrefix = keys == "v2" ? "" : "c",
            Separator = separator[0],
        };
    }

    internal static void RequireChunk(long[] shape, long[] chunk, string where)
    {
        if (chunk.Length != shape.Length || chunk.Any(length => length < 1))
            throw new InputException($"{where}: chunks [{string.Join(", ", chunk)}] do not fit the shape [{string.Join(", ", shape)}].");
        if (chunk.Aggregate(1.0, (product, length) => product * length) > System.Array.MaxLength)
            throw new InputException($"{where}: a chunk of {Region.Text(chunk)} values does not fit in memory.");
    }

    private static string[] Names(JsonElement node, string name, int count, string where)
    {
        var names = Enumerable.Range(0, count).Select(d => $"{name}_{d}").ToArray();
        if (!node.TryGetProperty("dimension_names", out var given) || given.ValueKind == JsonValueKind.Null)
            return names;
        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() != count)
            throw new InputException($"{where}: 'dimension_names' must be {count} names{ZarrJson.Found(node, "dimension_names")}.");
        for (var d = 0; d < count; d++)
            if (given[d].ValueKind == JsonValueKind.String && given[d].GetString() is { Length: > 0 } text)
                names[d] = text;
        return names;
    }

    private static object Fill(JsonElement node, ZarrType type, string where)
    {
        if (!node.TryGetProperty("fill_value", out var fill) || fill.ValueKind == JsonValueKind.Null)
            return type.Memory.Nothing();
        if (fill.ValueKind == JsonValueKind.String && fill.GetString() is { } hex && hex.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(hex.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits))
        {
            return type switch                          // the bits of a particular NaN
            {
                ('f', 8, _) => BitConverter.UInt64BitsToDouble(bits),
                ('f', 4, _) => BitConverter.UInt32BitsToSingle((uint)bits),
                _ => type.Memory.Nothing(),
            };
        }
        return FillOf(fill, type) ?? throw new InputException($"{where}: 'fill_value' must be a value of type {ZarrJson.Text(node, "data_type")}{ZarrJson.Found(node, "fill_value")}.");
    }

    internal static object? FillOf(JsonElement fill, ZarrType type)
    {
        if (type.Memory == DataType.Text)
            return fill.ValueKind == JsonValueKind.String ? fill.GetString() : "";
        var number = fill.ValueKind switch
        {
            JsonValueKind.Number => fill.GetDouble(),
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            JsonValueKind.String => ZarrJson.NotFinite(fill.GetString()),
            _ => null,
        };
        if (number is not { } value)
            return null;
        return type.Memory switch
        {
            DataType.Real64 => value,
            DataType.Real32 => (float)value,
            DataType.Integer32 => value == Math.Round(value) && Math.Abs(value) <= int.MaxValue + 1.0 ? (int)value : null,
            _ => fill.ValueKind == JsonValueKind.Number && fill.TryGetInt64(out var exact) ? exact : null,
        };
    }

    private static IEnumerable<(string Name, JsonElement Configuration)> Codecs(JsonElement node)
    {
        if (!node.TryGetProperty("codecs", out var codecs) || codecs.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var codec in codecs.EnumerateArray())
            yield return Extension(codec);
    }

    private static (string Name, JsonElement Configuration) Extension(JsonElement node, string member) =>
        node.TryGetProperty(member, out var extension) ? Extension(extension) : ("", default);

    private static (string Name, JsonElement Configuration) Extension(JsonElement extension) => extension.ValueKind switch
    {
        JsonValueKind.String => (extension.GetString()!, default),
        JsonValueKind.Object => (ZarrJson.Text(extension, "name") ?? "", extension.TryGetProperty("configuration", out var found) ? found : default),
        _ => ("", default),
    };

    private static void Head(Utf8JsonWriter writer, string type)
    {
        writer.WriteNumber("zarr_format", 3);
        writer.WriteString("node_type", type);
    }

    private static void Members(Utf8JsonWriter writer, ZarrArray array)
    {
        Head(writer, "array");
        Numbers(writer, "shape", array.Shape);
        writer.WriteString("data_type", array.Type.Name);
        writer.WriteStartObject("chunk_grid");
        writer.WriteString("name", "regular");
        writer.WriteStartObject("configuration");
        Numbers(writer, "chunk_shape", array.LongChunk);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteStartObject("chunk_key_encoding");
        writer.WriteString("name", array.KeyPrefix.Length > 0 ? "default" : "v2");
        writer.WriteStartObject("configuration");
        writer.WriteString("separator", array.Separator.ToString());
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WritePropertyName("fill_value");
        ZarrJson.Write(writer, array.Fill);
        writer.WriteStartArray("codecs");
        Codec(writer, array.Type.Kind == 'O' ? "vlen-utf8" : "bytes", array.Type.Kind == 'O' ? null : () => writer.WriteString("endian", "little"));
        foreach (var codec in array.Codecs)
            Codec(writer, codec.Name, codec.Name == "gzip" ? () => writer.WriteNumber("level", codec.Level) : null);
        writer.WriteEndArray();
        writer.WriteStartArray("dimension_names");
        foreach (var name in array.Dimensions)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WritePropertyName("attributes");
        ZarrJson.Write(writer, PackFill(array));
    }

    private static void Codec(Utf8JsonWriter writer, string name, Action? configuration)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        if (configuration is not null)
        {
            writer.WriteStartObject("configuration");
            configuration();
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter writer, string name, long[] numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    // xarray's convention: the bytes of a double in base 64, so that every bit of a missing value survives JSON.
    private static Attributes PackFill(ZarrArray array)
    {
        if (array.Type.Kind != 'f' || array.Attributes.Number("_FillValue") is not { } fill)
            return array.Attributes;
        var packed = array.Attributes.Copy();
        packed["_FillValue"] = Convert.ToBase64String(BitConverter.GetBytes(fill));
        return packed;
    }

    private static object? Unpacked(string packed)
    {
        var bytes = Encoding.ASCII.GetBytes(packed);
        return Base64.DecodeFromUtf8InPlace(bytes, out var written) == System.Buffers.OperationStatus.Done && written == sizeof(double)
            ? BitConverter.ToDouble(bytes)
            : packed;
    }
}
