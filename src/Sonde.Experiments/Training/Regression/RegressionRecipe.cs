using System.Numerics;
using Sonde.Experiments.Files;
using Sonde.Experiments.Training.Layers;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>A network that predicts targets from inputs, by the mean of squared differences of normalized values.</summary>
/// <param name="Data">Where the samples are.</param>
/// <param name="Network">The network; what it reads and writes follows from the data.</param>
public sealed record RegressionRecipe(TableConfig Data, ILayerSource Network) : IRecipe
{
    /// <inheritdoc/>
    public ITrainable<T> Prepare<T>(RecipeContext context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(context);
        var (inputs, targets) = TableReader.Read<T>(Data, context.Folder);
        var network = NetworkBuilder.Build<T>(Network, "network", inputs.Shape, targets.Shape);
        int[] learned, heldOut;
        try
        {
            (learned, heldOut) = context.Training.Split(inputs.Values.Rows, context.Random.Fork("split"));
        }
        catch (ArgumentException e)
        {
            throw new InputException($"training.validation: {InputException.Sentence(e)}", e);
        }
        return new Regression<T>(
            network, new(inputs, Columns(inputs, learned)), new(targets, Columns(targets, learned)), learned, heldOut, context.Training,
            isList: !DataFiles.IsKnown(Data.File));
    }

    private NormalizedColumns<T> Columns<T>(Table<T> table, int[] rows) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (mean, deviation) = (new T[table.Values.Width], new T[table.Values.Width]);
        if (Data.Normalize == TableNormalization.None)
        {
            Array.Fill(deviation, T.One);
            return new(mean, deviation);
        }
        var span = Data.Normalize == TableNormalization.Variables ? table.WidthOfVariable : 1;
        var numbers = new T[rows.Length * span];
        for (var first = 0; first < table.Values.Width; first += span)
        {
            for (var i = 0; i < rows.Length; i++)
                table.Values[rows[i]].Slice(first, span).CopyTo(numbers.AsSpan(i * span));
            var of = NormalizedColumns<T>.Of(new ReadOnlyBatch<T>(numbers, numbers.Length, 1));
            Array.Fill(mean, of.Mean[0], first, span);
            Array.Fill(deviation, of.Deviation[0], first, span);
        }
        return new(mean, deviation);
    }
}
