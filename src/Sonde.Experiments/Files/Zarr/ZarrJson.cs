using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sonde.Experiments.Files.Zarr;

/// <summary>JSON as Zarr stores keep it: attributes, and numbers that are not finite.</summary>
internal static class ZarrJson
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The object in a file.</summary>
    /// <exception cref="InputException">It is no JSON object.</exception>
    public static JsonElement Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(QuoteNotFinite(File.ReadAllText(path)), Lenient);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document.RootElement.Clone();
        }
        catch (JsonException damaged)
        {
            throw new InputException($"{path} is not sound JSON (line {damaged.LineNumber + 1}, byte {damaged.BytePositionInLine + 1}).", damaged);
        }
        throw new InputException($"{path} holds no JSON object.");
    }

    public static Attributes Attributes(JsonElement parent, string member = "attributes")
    {
        var attributes = new Attributes();
        if (parent.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.Object)
            Add(found, attributes);
        return attributes;
    }

    public static void Add(JsonElement source, Attributes attributes)
    {
        foreach (var member in source.EnumerateObject())
            if (member.Name.Length > 0)
                attributes[member.Name] = Value(member.Value);
    }

    public static void Write(Utf8JsonWriter writer, Attributes attributes)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in attributes)
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string text: writer.WriteStringValue(text); break;
            case long number: writer.WriteNumberValue(number); break;
            case int number: writer.WriteNumberValue(number); break;
            case float number: Write(writer, number, number.ToString("R", CultureInfo.InvariantCulture)); break;
            case double number: Write(writer, number, number.ToString("R", CultureInfo.InvariantCulture)); break;
            case Array values:
                writer.WriteStartArray();
                foreach (var element in values)
                    Write(writer, element);
                writer.WriteEndArray();
                break;
        }
    }

    /// <summary>A number that may be written as text: NaN, Infinity, −Infinity.</summary>
    public static double? NotFinite(string? text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => null,
    };

    /// <summary>The array of integers of this name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static long[] Integers(JsonElement parent, string member, string where)
    {
        if (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.Array)
        {
            var numbers = new List<long>();
            foreach (var element in found.EnumerateArray())
                if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) && number >= 0)
                    numbers.Add(number);
            if (numbers.Count == found.GetArrayLength())
                return [.. numbers];
        }
        throw new InputException($"{where}: '{member}' must be a list of integers, 0 or more{Found(parent, member)}.");
    }

    /// <summary>The text of this name; null where there is none.</summary>
    public static string? Text(JsonElement parent, string member) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.String
            ? found.GetString() : null;

    /// <summary>"; found …" for the end of a sentence.</summary>
    public static string Found(JsonElement parent, string member)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(member, out var found))
            return "; there is none";
        var text = string.Join(' ', found.GetRawText().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return $"; found {(text.Length > 60 ? text[..60] + "…" : text)}";
    }

    private static void Write(Utf8JsonWriter writer, double number, string text)
    {
        if (double.IsFinite(number))
            writer.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text);      // 1.0 is a double, 1 is a long
        else
            writer.WriteStringValue(double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
    }

    private static object? Value(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String: return NotFinite(element.GetString()) ?? (object)element.GetString()!;
            case JsonValueKind.Number: return IsInteger(element, out var number) ? (object)number : element.GetDouble();
            case JsonValueKind.True: return 1L;
            case JsonValueKind.False: return 0L;
            case JsonValueKind.Null: return null;
            case JsonValueKind.Array when element.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String && NotFinite(e.GetString()) is null) && element.GetArrayLength() > 0:
                return element.EnumerateArray().Select(e => e.GetString()!).ToArray();
            case JsonValueKind.Array when element.EnumerateArray().All(e => IsInteger(e, out _)):
                return element.EnumerateArray().Select(e => e.GetInt64()).ToArray();
            case JsonValueKind.Array when element.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number || (e.ValueKind == JsonValueKind.String && NotFinite(e.GetString()) is not null)):
                return element.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Number ? e.GetDouble() : NotFinite(e.GetString())!.Value).ToArray();
            default: return element.GetRawText();
        }
    }

    private static bool IsInteger(JsonElement element, out long number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0 && element.TryGetInt64(out number);
    }

    // Python writes NaN and Infinity as bare words, which JSON does not know.
    private static string QuoteNotFinite(string text)
    {
        if (!text.Contains("NaN", StringComparison.Ordinal) && !text.Contains("Infinity", StringComparison.Ordinal))
            return text;
        var result = new StringBuilder(text.Length + 16);
        for (var at = 0; at < text.Length;)
        {
            var length = 1;
            if (text[at] == '"')
            {
                while (at + length < text.Length && text[at + length] != '"')
                    length += text[at + length] == '\\' ? 2 : 1;
                length = Math.Min(length + 1, text.Length - at);
                result.Append(text, at, length);
            }
            else if (Words.FirstOrDefault(word => string.CompareOrdinal(text, at, word, 0, word.Length) == 0) is { } word)
            {
                length = word.Length;
                result.Append('"').Append(word).Append('"');
            }
            else
            {
                result.Append(text[at]);
            }
            at += length;
        }
        return result.ToString();
    }

    private static readonly string[] Words = ["NaN", "-Infinity", "Infinity"];
}
