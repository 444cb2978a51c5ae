using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sonde.Experiments.Report;

/// <summary>What the page reads: the data, a summary in words, and a number that changes with the contract.</summary>
internal sealed record ReportDocument(int Format, IReadOnlyList<ReportRemark> Summary, ReportData Data);

/// <summary>Reports as JSON. Arrays go into a <see cref="NumberBlock"/>; the JSON says where: { at, count } or { at, rows, width }.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>UTF-8; every &lt; is escaped, so that it can stand inside an HTML script element.</summary>
    public static byte[] Serialize(ReportDocument document, NumberBlock block)
    {
        var options = new JsonSerializerOptions(Default.Options)
        {
            Converters = { new NumberConverter(), new DoublesConverter(block), new RowsConverter(block), new BytesConverter(block) },
        };
        return JsonSerializer.SerializeToUtf8Bytes(document, new ReportJson(options).ReportDocument);
    }

    /// <summary>Numbers that JSON cannot hold are null.</summary>
    private sealed class NumberConverter : WriteOnlyConverter<double>
    {
        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }

    private sealed class DoublesConverter(NumberBlock block) : WriteOnlyConverter<double[]>
    {
        public override void Write(Utf8JsonWriter writer, double[] value, JsonSerializerOptions options) =>
            WriteBlock(writer, block.Append(value), ("count", value.Length));
    }

    private sealed class BytesConverter(NumberBlock block) : WriteOnlyConverter<byte[]>
    {
        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) =>
            WriteBlock(writer, block.Append(value), ("count", value.Length));
    }

    private sealed class RowsConverter(NumberBlock block) : WriteOnlyConverter<float[][]>
    {
        public override void Write(Utf8JsonWriter writer, float[][] value, JsonSerializerOptions options) =>
            WriteBlock(writer, block.Append(value), ("rows", value.Length), ("width", value.Length == 0 ? 0 : value[0].Length));
    }

    private abstract class WriteOnlyConverter<T> : JsonConverter<T>
    {
        public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Reports are written, never read back.");

        protected static void WriteBlock(Utf8JsonWriter writer, int at, params ReadOnlySpan<(string Name, int Value)> sizes)
        {
            writer.WriteStartObject();
            writer.WriteNumber("at", at);
            foreach (var (name, size) in sizes)
                writer.WriteNumber(name, size);
            writer.WriteEndObject();
        }
    }
}
