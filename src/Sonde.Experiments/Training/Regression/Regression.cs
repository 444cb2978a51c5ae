using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Sonde.Calculus;
using Sonde.Experiments.Files;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>A regression ready to be trained.</summary>
internal sealed class Regression<T> : ITrainable<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int RowsAtOnce = 256;
    private readonly ILayer<T> network;
    private readonly NormalizedTable<T> inputs, targets;
    private readonly int[] learned, heldOut;
    private readonly bool isList;

    /// <summary>A regression between tables.</summary>
    /// <param name="network">What predicts.</param>
    /// <param name="inputs">What is known.</param>
    /// <param name="targets">What is to be predicted.</param>
    /// <param name="learned">Samples that are learned from.</param>
    /// <param name="heldOut">Samples that are held out.</param>
    /// <param name="training">How it is trained.</param>
    /// <param name="isList">Whether samples are lines, so that predictions are written as lines too.</param>
    public Regression(
        ILayer<T> network, NormalizedTable<T> inputs, NormalizedTable<T> targets, int[] learned, int[] heldOut, TrainingConfig training, bool isList)
    {
        (this.network, this.inputs, this.targets, this.learned, this.heldOut, this.isList) = (network, inputs, targets, learned, heldOut, isList);
        var (x, y) = (inputs.Normalized, targets.Normalized);
        Networks = [new("", network)];
        Stages =
        [
            new("training", training, new(
                learned, SampleLoss.MeanSquare(network, x, y, dropout: true), heldOut, SampleLoss.MeanSquare(network, x, y))),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork<T>> Networks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TrainingStage<T>> Stages { get; }

    /// <inheritdoc/>
    public JsonObject Describe() => new() { ["inputs"] = inputs.Describe(), ["targets"] = targets.Describe() };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Score(Matrix<T> weights)
    {
        var predicted = Predict(weights);
        var scores = new Dictionary<string, IReadOnlyDictionary<string, double>>();
        for (var variable = 0; variable < targets.Table.Names.Count; variable++)
        {
            var (judged, learnedError) = (Error(predicted, variable, heldOut.Length > 0 ? heldOut : learned), Error(predicted, variable, learned).Rmse);
            scores[targets.Table.Names[variable]] = new Dictionary<string, double>
            {
                ["rmse"] = heldOut.Length > 0 ? judged.Rmse : double.NaN, ["learnedRmse"] = learnedError, ["deviation"] = judged.Deviation,
                ["explained"] = heldOut.Length > 0 ? 1 - judged.Rmse * judged.Rmse / (judged.Deviation * judged.Deviation) : double.NaN,
            };
        }
        return scores;
    }

    /// <inheritdoc/>
    public void Write(string folder, Matrix<T> weights)
    {
        if (!isList)
            return;
        var predicted = Predict(weights);
        var isHeldOut = new bool[predicted.Rows];
        foreach (var row in heldOut)
            isHeldOut[row] = true;
        string[] names = [.. inputs.Table.Names, .. targets.Table.Names, .. targets.Table.Names.Select(name => $"{name} predicted")];
        AtomicFile.WriteText(Path.Combine(folder, "predictions.csv"), writer =>
        {
            writer.WriteLine($"sample,heldOut,{string.Join(',', names.Select(Quoted))}");
            for (var row = 0; row < predicted.Rows; row++)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{row},{(isHeldOut[row] ? 1 : 0)}"));
                WriteNumbers(writer, inputs.Table.Values[row]);
                WriteNumbers(writer, targets.Table.Values[row]);
                WriteNumbers(writer, predicted[row]);
                writer.WriteLine();
            }
        });
    }

    private static void WriteNumbers(TextWriter writer, ReadOnlySpan<T> numbers)
    {
        foreach (var number in numbers)
        {
            writer.Write(',');
            writer.Write(number.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    private static string Quoted(string name) => name.AsSpan().ContainsAny(",\"\n") ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;

    /// <summary>All samples' targets as predicted, in the data's units.</summary>
    private Matrix<T> Predict(Matrix<T> weights)
    {
        var (map, x) = (network.With(weights), inputs.Normalized);
        var predicted = new Matrix<T>(x.Rows, network.OutputWidth);
        for (var first = 0; first < x.Rows; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, x.Rows - first);
            map.Evaluate(x.All.Slice(first, count), predicted.All.Slice(first, count));
        }
        targets.Columns.Restore(predicted);
        return predicted;
    }

    /// <summary>Root mean square of prediction − target, and the targets' own standard deviation, each about the mean of its column.</summary>
    private (double Rmse, double Deviation) Error(Matrix<T> predicted, int variable, int[] rows)
    {
        var (width, squares, spread) = (targets.Table.WidthOfVariable, 0.0, 0.0);
        for (var column = variable * width; column < (variable + 1) * width; column++)
        {
            var mean = 0.0;
            foreach (var row in rows)
                mean += double.CreateChecked(targets.Table.Values[row, column]) / rows.Length;
            foreach (var row in rows)
            {
                var target = double.CreateChecked(targets.Table.Values[row, column]);
                squares += Math.Pow(double.CreateChecked(predicted[row, column]) - target, 2);
                spread += Math.Pow(target - mean, 2);
            }
        }
        var count = (double)rows.Length * width;
        return (Math.Sqrt(squares / count), Math.Sqrt(spread / count));
    }
}

/// <summary>A table, and how it is normalized.</summary>
/// <param name="Table">As read.</param>
/// <param name="Columns">Mean and deviation of each column.</param>
internal sealed record NormalizedTable<T>(Table<T> Table, NormalizedColumns<T> Columns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What a network reads or writes.</summary>
    public Matrix<T> Normalized { get; } = Of(Table, Columns);

    /// <summary>For model.json.</summary>
    public JsonObject Describe() => new()
    {
        ["names"] = new JsonArray([.. Table.Names.Select(name => (JsonNode)name)]),
        ["shape"] = new JsonArray([Table.Shape.Channels, Table.Shape.Height, Table.Shape.Width]),
        ["mean"] = ModelFile.Numbers(Columns.Mean),
        ["deviation"] = ModelFile.Numbers(Columns.Deviation),
    };

    private static Matrix<T> Of(Table<T> table, NormalizedColumns<T> columns)
    {
        var normalized = table.Values.Copy();
        columns.Normalize(normalized);
        return normalized;
    }
}
