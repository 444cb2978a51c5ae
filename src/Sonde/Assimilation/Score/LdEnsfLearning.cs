using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Assimilation.Score;

/// <summary>The training of <see cref="LdEnsf"/>: from series of readings to the rows that they come from, by the mean of squares.</summary>
internal sealed class LdEnsfLearning : ILearning
{
    private const int Epochs = 2000;
    private const double Fall = 0.5;                    // of the rate, after each quarter: published for the tsunami, 20,000 epochs
    private readonly LdEnsf method;
    private readonly ITwinSource twins;
    private readonly RandomSource random;
    private readonly TwinReadings readings;
    private readonly NormalizedColumns<double> scale, space;
    private readonly Matrix<float> targets;

    /// <summary>Simulates and reads.</summary>
    /// <exception cref="ArgumentException">What is observed is laid out differently from time to time.</exception>
    public LdEnsfLearning(LdEnsf method, ITwinSource twins, RandomSource random)
    {
        (this.method, this.twins, this.random) = (method, twins, random);
        (readings, var rows) = Draw(method.Schooling.Trajectories, null, random.Fork("training"));
        var (layout, width) = (readings.Layout, twins.Problem.System.Width);
        (scale, space) = (layout.Scale(readings.Exact), NormalizedColumns<double>.Of(new ReadOnlyBatch<double>(rows.Values, rows.Values.Length / width, width)));
        var encoder = new ObservationMemory(layout.Count, method.Hidden, layout.Times.Length, width);
        Network = encoder.Network;
        targets = Normalized(rows, space);
        var loss = method.Schooling.Noise ? NoisyLoss : SampleLoss.MeanSquare(Network, Normalized(readings.Exact, scale), targets);
        Stages = [new("encoder", method.Schooling.Trainer(targets.Rows, Epochs, targets.Rows, Fall), targets.Rows, loss)];
    }

    /// <inheritdoc/>
    public ILayer<float> Network { get; }

    /// <inheritdoc/>
    public IReadOnlyList<LearningStage> Stages { get; }

    /// <inheritdoc/>
    public LearnedState Finish(Matrix<float> weights, Workers workers)
    {
        var (held, rows) = Draw(method.Schooling.Calibration, readings.Layout, random.Fork("held out"));
        var (inputs, truths) = (Normalized(held.Noisy, scale), Normalized(rows, space));
        var encoded = new Matrix<float>(truths.Rows, truths.Width);
        Network.With(weights).Evaluate(inputs, encoded);
        var (width, errors) = (space.Width, new double[space.Width]);
        for (var i = 0; i < encoded.Values.Length; i++)
            errors[i % width] += Math.Pow(encoded.Values[i] - truths.Values[i], 2) * width / encoded.Values.Length;
        for (var i = 0; i < width; i++)
            errors[i] = Math.Sqrt(errors[i]);
        var saved = new Dictionary<string, Matrix<double>>();
        EncodedReadings.Save(scale, [.. readings.Layout.Times.Select(k => twins.Problem.Grid.TimeOf(twins.Times[k]))], saved);
        LatentUpdate.Save(space, errors, saved);
        return new LearnedState(weights, saved);
    }

    /// <summary>The mean of squares with new errors in each step.</summary>
    private Variable<float> NoisyLoss(Variable<float> weights, ReadOnlySpan<int> samples, SampleRandom random)
    {
        var (source, layout) = (random.Source(), readings.Layout);
        using var frame = Scratch.Enter();
        var inputs = frame.Rent<float>(samples.Length, layout.Width);
        var values = frame.Rent(1, layout.Width);
        for (var i = 0; i < samples.Length; i++)
        {
            readings.Exact[samples[i]].CopyTo(values[0]);
            for (var time = 0; time < layout.Times.Length; time++)
                readings.AddErrors(samples[i], time, values[0].Slice(time * layout.Count, layout.Count), source);
            scale.Normalize(new Batch<double>(values[0], layout.Times.Length, layout.Count));
            TensorPrimitives.ConvertTruncating<double, float>(values[0], inputs[i]);
        }
        var misfit = Network.Apply(weights.Tape.Constant(inputs), weights, Pass.Deterministic) - SampleLoss.Rows(weights.Tape, targets, samples);
        return 1f / (samples.Length * targets.Width) * misfit.SumOfSquares();
    }

    /// <summary>Readings, and the rows at the times at which something is read.</summary>
    private (TwinReadings Readings, Matrix<double> Rows) Draw(int count, ReadingLayout? layout, RandomSource random)
    {
        var width = twins.Problem.System.Width;
        var all = new Matrix<double>(count, twins.Times.Count * width);
        var drawn = TwinReadings.Draw(twins, count, layout, random, (first, rows) => rows.CopyTo(all.All.Slice(first, rows.Rows)));
        var chosen = new Matrix<double>(count, drawn.Layout.Times.Length * width);
        for (var row = 0; row < count; row++)
            for (var time = 0; time < drawn.Layout.Times.Length; time++)
                all[row].Slice(drawn.Layout.Times[time] * width, width).CopyTo(chosen[row][(time * width)..]);
        return (drawn, chosen);
    }

    private static Matrix<float> Normalized(Matrix<double> rows, NormalizedColumns<double> scale)
    {
        var (copy, converted) = (rows.Copy(), new Matrix<float>(rows.Rows, rows.Width));
        scale.Normalize(new Batch<double>(copy.Values, copy.Values.Length / scale.Width, scale.Width));
        TensorPrimitives.ConvertTruncating<double, float>(copy.Values, converted.Values);
        return converted;
    }
}
