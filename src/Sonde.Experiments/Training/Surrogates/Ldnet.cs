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
    private readonly int? times;
    private readonly Matrix<T>? coefficients, shares;           // of modes, and the root of the share of each in the fields' variance
    private readonly TrainingPlaces<T> places;
    private readonly StoredModes<T>? modes;
    private MeasuredError<T>? error;

    public Ldnet(
        LdnetRecipe recipe, TrainingConfig training, NormalizedTrajectories<T> data, LatentDynamics<T> dynamics, IDecoder<T> decoder, StoredModes<T>? modes,
        int[] learned, int[] heldOut)
    {
        (this.data, this.dynamics, this.decoder, this.modes, this.learned, this.heldOut) = (data, dynamics, decoder, modes, learned, heldOut);
        times = recipe.Times;
        places = new(data.Frame, recipe.Points);
        if (modes is not null)
        {
            coefficients = data.Coefficients(modes.Modes);
            shares = modes.Modes.Deviation.Copy();
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
    public JsonObject Describe()
    {
        var described = SurrogateFile.Describe(data.Frame, data.Ranges, data.Interval, data.Count, data.Times);
        if (error is not null)
            described["error"] = ErrorFile.Describe(error);
        return described;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Score(Matrix<T> weights) =>
        new SurrogateScores<T>(data, dynamics, decoder, coefficients).Of(weights, learned, heldOut);

    /// <inheritdoc/>
    public void Write(string folder, Matrix<T> weights)
    {
        if (modes is not null)
            modes.Write(folder, data.Frame.Fields);
        error = heldOut.Length > 0 ? MeasuredError<T>.Of(data, heldOut, new(data, dynamics, decoder, weights)) : null;
        if (error is not null)
            ErrorFile.Write(folder, error);
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
        var some = Math.Min(times ?? snapshots, snapshots);
        return new(learned, (weights, samples, random) => Loss(weights, samples, random, some), heldOut, (weights, samples, random) => Loss(weights, samples, random, snapshots));

        Variable<T> Loss(Variable<T> weights, ReadOnlySpan<int> samples, SampleRandom random, int used)
        {
            using var frame = Scratch.Enter();
            var kept = frame.RentSpan<int>(used);
            Choose(kept, snapshots, random);
            var (tape, count) = (weights.Tape, dynamics.Network.WeightCount);
            var ofDynamics = isDecoderAlone ? tape.Constant(new ReadOnlyBatch<T>(weights.Value.Values[..count])) : weights.View(0, 1, count);
            var ofDecoder = weights.View(count, 1, decoder.Network.WeightCount);
            var states = dynamics.Rollout(SampleLoss.Rows(tape, data.Parameters, samples), ofDynamics, kept);
            return decoder is IPointDecoder<T> pointwise
                ? AtPoints(pointwise, states, ofDecoder, samples, kept, random)
                : OfCoefficients(states, ofDecoder, samples, kept);
        }
    }

    /// <summary>Times, one at random from each of as many equal parts.</summary>
    private static void Choose(Span<int> kept, int snapshots, SampleRandom random)
    {
        for (var i = 0; i < kept.Length; i++)
            kept[i] = (int)((long)i * snapshots / kept.Length);
        if (kept.Length == snapshots)
            return;
        var source = random.Source().Fork("times");
        for (var i = 0; i < kept.Length; i++)
            kept[i] += source.NextInt((i + 1 < kept.Length ? kept[i + 1] : snapshots) - kept[i]);
    }

    /// <summary>The square of the coefficients' error relative to the variance of all: that of the fields, less what the modes leave out.</summary>
    private Variable<T> OfCoefficients(Variable<T> states, Variable<T> weights, ReadOnlySpan<int> samples, ReadOnlySpan<int> kept)
    {
        using var frame = Scratch.Enter();
        var targets = frame.Rent<T>(states.Rows, coefficients!.Width);
        for (var i = 0; i < samples.Length; i++)
            for (var k = 0; k < kept.Length; k++)
                coefficients[samples[i] * data.Times + kept[k]].CopyTo(targets[i * kept.Length + k]);
        var misfit = decoder.Network.Apply(states, weights, Pass.Deterministic) - states.Tape.Constant(targets);
        return T.CreateChecked(1.0 / states.Rows) * (misfit * states.Tape.Constant(shares!)).SumOfSquares();
    }

    /// <summary>LEVDA, eq. 15, over the fields too: the mean of squares at random points, drawn anew at each step.</summary>
    private Variable<T> AtPoints(
        IPointDecoder<T> pointwise, Variable<T> states, Variable<T> weights, ReadOnlySpan<int> samples, ReadOnlySpan<int> kept, SampleRandom random)
    {
        using var frame = Scratch.Enter();
        var chosen = frame.RentSpan<int>(places.Count);
        places.Choose(chosen, random.Source());
        var components = frame.RentSpan<int>(places.Width);
        var fields = frame.RentSpan<int>(places.Width);
        for (var c = 0; c < components.Length; c++)
        {
            components[c] = places.ComponentOf(chosen, c);
            fields[c] = data.Frame.Domain.FieldOf(components[c]);
        }
        var targets = frame.Rent<T>(states.Rows, components.Length);
        for (var i = 0; i < samples.Length; i++)
            for (var k = 0; k < kept.Length; k++)
            {
                ReadOnlySpan<T> from = data.Held!.Values[samples[i] * data.Times + kept[k]];
                var to = targets[i * kept.Length + k];
                for (var c = 0; c < components.Length; c++)
                    to[c] = data.Normalized(from[components[c]], fields[c]);
            }
        var decoded = places.Decode(pointwise, states, chosen, weights);
        return T.CreateChecked(1.0 / decoded.Size.Count) * (decoded - states.Tape.Constant(targets)).SumOfSquares();
    }
}
