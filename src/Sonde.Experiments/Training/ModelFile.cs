using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>Weights as safetensors, and beside them a JSON file that says what they are: recipe, settings, normalization, seed, errors.</summary>
internal static class ModelFile
{
    private const string WeightsName = "model.safetensors";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write<T>(string folder, ITrainable<T> trainable, Matrix<T> weights, ConfigNode settings, TrainingSummary summary, Storage storage)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var writer = new SafetensorsWriter();
        var offset = 0;
        foreach (var network in trainable.Networks)
        {
            var count = network.Layer.WeightCount;
            NetworkFile.Add(writer, network.Layer, new Matrix<T>(new ReadOnlyBatch<T>(weights.Values.Slice(offset, count))), network.Prefix, storage);
            offset += count;
        }
        writer.Write(Path.Combine(folder, WeightsName));
        var model = new JsonObject
        {
            ["kind"] = summary.Kind,
            ["weights"] = WeightsName,
            ["sonde"] = typeof(ModelFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0],
            ["seed"] = summary.Seed,
            ["heldOutLoss"] = summary.Stages is [.., { HeldOutLoss: var loss }] && double.IsFinite(loss) ? loss : null,
            ["scores"] = JsonSerializer.SerializeToNode(summary, TrainingJson.Default.TrainingSummary)!["scores"]!.DeepClone(),
            ["settings"] = Json(settings),
        };
        foreach (var (key, value) in trainable.Describe())
            model[key] = value?.DeepClone();
        AtomicFile.WriteText(Path.Combine(folder, "model.json"), model.ToJsonString(Indented) + "\n");
    }

    /// <summary>A list of numbers.</summary>
    public static JsonArray Numbers<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var array = new JsonArray();
        foreach (var value in values)
            array.Add((JsonNode)double.CreateChecked(value));
        return array;
    }

    /// <summary>Settings as JSON.</summary>
    public static JsonNode? Json(ConfigNode node)
    {
        if (node.IsNull)
            return null;
        if (node.Items is { } items)
            return new JsonArray([.. items.Select(Json)]);
        if (node.IsMapping)
            return new JsonObject(node.Entries.Select(entry => KeyValuePair.Create(entry.Key, Json(entry.Value))));
        if (node.IsQuoted || node.Text is not { } text)
            return node.Text;
        return text is "true" or "false" ? text == "true"
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
            : (JsonNode)text;
    }
}
