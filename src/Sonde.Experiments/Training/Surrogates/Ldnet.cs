using System.Numerics;
using System.Text.Json.Nodes;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>An LDNet ready to be trained.</summary>
internal sealed class Ldnet<T> : ITrainable<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NormalizedTrajectories<T> data;
    private readonly LatentDynamics<T> dynamics;
    private readonly IDecoder<T> decoder;
    private readonly int[] learned, heldOut;
    private readonly int points;
    private readonly ModeStorage storage;
    private readonly Matrix<T>? coefficients, shares;           // of modes, and the root of the share of each in the fields' variance
    private readonly Matrix<T> coordinates;

    public Ldnet(
        LdnetRecipe recipe, TrainingConfig training, NormalizedTrajectories<T> data, LatentDynamics<T> dynamics, IDecoder<T> decoder, int[] learned, int[] heldOut)
    {
        (this.data, this.dynamics, this.decoder, this.learned, this.heldOut, points) = (data, dynamics, decoder, learned, heldOut, recipe.Points);
        storage = (recipe.Decoder as SeparableSource)?.Storage ?? ModeStorage.Full;
        coordinates = data.Frame.Coordinates<T>(data.Frame.Grid.Points());
        if (decoder is ModalDecoder<T> { Modes: var modes })
        {
            coefficients = modes.Coefficients(data.Snapshots, FieldModes<T>.GridWeights(data.Frame), Workers.One);
            shares = modes.Deviation.Copy();
            var whole = 0.0;
            foreach (var deviation in shares.Values)
                whole += double.CreateChecked(deviation * deviation);
            foreach (ref var share in shares.Values)
                share /= T.CreateChecked(Math.Sqrt(whole));
        }
        Networks = [new("dynamics", dynamics.Network), new("decoder", decoder.Network)];
        Stages = [.. Staged(recipe, training)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork<T>> Networks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TrainingStage<T>> Stages { get; }

    /// <inheritdoc/>
    public JsonObject Describe() => SurrogateFile.Describe(data.Frame, data.Ranges, data.Interval, data.Count, data.Times);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Score(Matrix<T> weights) =>
        new SurrogateScores<T>(data, dynamics, decoder, coefficients).Of(weights, learned, heldOut);

    /// <inheritdoc/>
    public void Write(string folder, Matrix<T> weights)
    {
        if (decoder is ModalDecoder<T> modal)
            SurrogateFile.WriteModes(folder, modal.Modes, storage);
    }

    private IEnumerable<TrainingStage<T>> Staged(LdnetRecipe recipe, TrainingConfig training)
    {
        foreach (var stage in recipe.Curriculum ?? [])
            yield return new($"rollout-{stage.Snapshots}", training with { Epochs = stage.Epochs, Steps = null, Polish = null }, Data(stage.Snapshots, false));
        yield return new("training", training, Data(data.Times, false));
        if (recipe.Refinement is { } refinement)
            yield return new("refinement", refinement, Data(data.Times, true));
    }

    private TrainingData<T> Data(int snapshots, bool isDecoderAlone)
    {
        return new(learned, Loss, heldOut);

        Variable<T> Loss(Variable<T> weights, ReadOnlySpan<int> samples, SampleRandom random)
        {
            var (tape, count) = (weights.Tape, dynamics.Network.WeightCount);
            var ofDynamics = isDecoderAlone ? tape.Constant(new ReadOnlyBatch<T>(weights.Value.Values[..count])) : weights.View(0, 1, count);
            var ofDecoder = weights.View(count, 1, decoder.Network.WeightCount);
            var states = dynamics.Rollout(SampleLoss.Rows(tape, data.Parameters, samples), ofDynamics, snapshots);
            return decoder is IPointDecoder<T> pointwise
                ? AtPoints(pointwise, states, ofDecoder, samples, snapshots, random)
                : OfCoefficients(states, ofDecoder, samples, snapshots);
        }
    }

    /// <summary>The square of the coefficients' error relative to the variance of all: that of the fields, less what the modes leave out.</summary>
    private Variable<T> OfCoefficients(Variable<T> states, Variable<T> weights, ReadOnlySpan<int> samples, int snapshots)
    {
        using var frame = Scratch.Enter();
        var targets = frame.Rent<T>(states.Rows, coefficients!.Width);
        for (var i = 0; i < samples.Length; i++)
            for (var k = 0; k < snapshots; k++)
                coefficients[samples[i] * data.Times + k].CopyTo(targets[i * snapshots + k]);
        var misfit = decoder.Network.Apply(states, weights, Pass.Deterministic) - states.Tape.Constant(targets);
        return T.CreateChecked(1.0 / states.Rows) * (misfit * states.Tape.Constant(shares!)).SumOfSquares();
    }

    /// <summary>LEVDA, eq. 15, over the fields too: the mean of squares at random points, drawn anew at each step.</summary>
    private Variable<T> AtPoints(
        IPointDecoder<T> pointwise, Variable<T> states, Variable<T> weights, ReadOnlySpan<int> samples, int snapshots, SampleRandom random)
    {
        var (source, grid, fields) = (random.Source(), coordinates.Rows, data.Frame.Fields);
        using var frame = Scratch.Enter();
        var chosen = frame.RentSpan<int>(Math.Min(points, grid));
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = points < grid ? source.NextInt(grid) : i;
        var targets = frame.Rent<T>(states.Rows, chosen.Length * fields);
        for (var i = 0; i < samples.Length; i++)
            for (var k = 0; k < snapshots; k++)
            {
                ReadOnlySpan<T> from = data.Snapshots[samples[i] * data.Times + k];
                var to = targets[i * snapshots + k];
                for (var p = 0; p < chosen.Length; p++)
                    for (var f = 0; f < fields; f++)
                        to[p * fields + f] = from[f * grid + chosen[p]];
            }
        var decoded = pointwise.Decode(states, SampleLoss.Rows(states.Tape, coordinates, chosen), weights);
        return T.CreateChecked(1.0 / decoded.Size.Count) * (decoded - states.Tape.Constant(targets)).SumOfSquares();
    }
}
