using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Assimilation.Score;

/// <summary>
/// The training of <see cref="LatentEnsf"/>: |D(z) − x|² + β KL + |D(w) − x|² + |w − m|², with z ~ N(m, s²) from the state's encoder and w from the
/// readings' one, summed over values and averaged over states; all a number of a state.
/// </summary>
internal sealed class LatentEnsfLearning : ILearning
{
    private const int Epochs = 100, BatchSize = 32, StatesAtOnce = 32;
    private const double Fall = 0.1;                    // of the rate, after each quarter: published, 400 epochs
    private readonly LatentEnsf method;
    private readonly ITwinSource twins;
    private readonly RandomSource random;
    private readonly FieldImages images;
    private readonly TwinReadings readings;
    private readonly NormalizedColumns<double> readingScale;
    private readonly NormalizedColumns<float> fieldScale;
    private readonly Matrix<float> states, exact;       // normalized; a row a state
    private readonly CoupledAutoencoder networks;

    /// <summary>Simulates and reads.</summary>
    /// <exception cref="ArgumentException">What is observed is laid out differently from time to time.</exception>
    public LatentEnsfLearning(LatentEnsf method, ITwinSource twins, RandomSource random)
    {
        (this.method, this.twins, this.random, images) = (method, twins, random, FieldImages.Of(twins.Problem.System.Domain));
        (readings, states) = Draw(method.Schooling.Trajectories, null, random.Fork("training"));
        (readingScale, fieldScale) = (readings.Layout.Scale(readings.Exact), FieldImages.Scale(twins.Problem.System.Domain, states));
        fieldScale.Normalize(states);
        exact = Normalized(readings.Exact);
        networks = new(method, images, readings.Layout.Count, readings.Layout.Image);
        Stages = [new("autoencoder", method.Schooling.Trainer(states.Rows, Epochs, BatchSize, Fall), states.Rows, Loss)];
    }

    /// <inheritdoc/>
    public ILayer<float> Network => networks.Network;

    /// <inheritdoc/>
    public IReadOnlyList<LearningStage> Stages { get; }

    /// <inheritdoc/>
    public LearnedState Finish(Matrix<float> weights, Workers workers)
    {
        var space = NormalizedColumns<double>.Of(Encoded(states, weights, workers, fromReadings: false));
        var (held, truths) = Draw(method.Schooling.Calibration, readings.Layout, random.Fork("held out"));
        fieldScale.Normalize(truths);
        var (own, read) = (Encoded(truths, weights, workers, fromReadings: false), Encoded(Normalized(held.Noisy), weights, workers, fromReadings: true));
        TensorPrimitives.Subtract(read.Values, own.Values, read.Values);
        var errors = new double[space.Width];
        for (var row = 0; row < read.Rows; row++)
            for (var i = 0; i < errors.Length; i++)
                errors[i] += Math.Pow(read[row, i] / space.Deviation[i], 2) / read.Rows;
        for (var i = 0; i < errors.Length; i++)
            errors[i] = Math.Sqrt(errors[i]);
        var saved = TrainedLatentEnsf.Save(images, readings.Layout, readingScale, fieldScale);
        LatentUpdate.Save(space, errors, saved);
        return new LearnedState(weights, saved);
    }

    private Variable<float> Loss(Variable<float> weights, ReadOnlySpan<int> samples, SampleRandom random)
    {
        using var frame = Scratch.Enter();
        var (tape, source, share) = (weights.Tape, random.Source(), 1f / (samples.Length * states.Width));
        var x = SampleLoss.Rows(tape, states, samples);
        var noise = frame.Rent<float>(samples.Length, networks.LatentWidth);
        source.FillNormal<float>(noise.Values);
        var (mean, logVariance) = networks.Encode(x, weights);
        var variance = logVariance.Apply(Activation.Exponential);
        var z = mean + (0.5f * logVariance).Apply(Activation.Exponential) * tape.Constant(noise);
        var w = networks.EncodeReadings(method.Schooling.Noise ? Noisy(tape, samples, source) : SampleLoss.Rows(tape, exact, samples), weights);
        var divergence = mean.SumOfSquares() + (variance - logVariance).Sum();      // twice the divergence, but for a constant
        var loss = (networks.Decode(z, weights) - x).SumOfSquares() + (networks.Decode(w, weights) - x).SumOfSquares() + (w - mean).SumOfSquares();
        return share * loss.PlusScaled((float)(0.5 * method.Divergence), divergence);
    }

    /// <summary>Readings of some states with new errors.</summary>
    private Variable<float> Noisy(Tape<float> tape, ReadOnlySpan<int> samples, RandomSource source)
    {
        using var frame = Scratch.Enter();
        var (count, times) = (readings.Layout.Count, readings.Layout.Times.Length);
        var values = frame.Rent(samples.Length, count);
        var converted = frame.Rent<float>(samples.Length, count);
        for (var i = 0; i < samples.Length; i++)
        {
            var (trajectory, time) = Math.DivRem(samples[i], times);
            readings.Exact[trajectory].Slice(time * count, count).CopyTo(values[i]);
            readings.AddErrors(trajectory, time, values[i], source);
        }
        readingScale.Normalize(values);
        TensorPrimitives.ConvertTruncating<double, float>(values.Values, converted.Values);
        return tape.Constant(converted);
    }

    /// <summary>Latent rows of many states or readings.</summary>
    private Matrix<double> Encoded(Matrix<float> rows, Matrix<float> weights, Workers workers, bool fromReadings)
    {
        var encoded = new Matrix<double>(rows.Rows, networks.LatentWidth);
        workers.ForBlocks(rows.Rows, StatesAtOnce, (first, count) =>
        {
            using var lent = TapeLoan<float>.Take();
            var (some, trained) = (lent.Tape.Constant(rows.All.Slice(first, count)), lent.Tape.Constant(weights));
            var latent = fromReadings ? networks.EncodeReadings(some, trained) : networks.Encode(some, trained).Mean;
            TensorPrimitives.ConvertTruncating<float, double>(latent.Value.Values, encoded.All.Slice(first, count).Values);
        });
        return encoded;
    }

    /// <summary>Readings, and the fields at the times at which something is read, a row each.</summary>
    private (TwinReadings Readings, Matrix<float> States) Draw(int count, ReadingLayout? layout, RandomSource random)
    {
        var (width, fields, times) = (twins.Problem.System.Width, twins.Problem.System.Domain.FieldWidth, twins.Times.Count);
        var all = new Matrix<float>(checked(count * times), fields);
        var drawn = TwinReadings.Draw(twins, count, layout, random, (first, rows) =>
        {
            for (var row = 0; row < rows.Rows; row++)
                for (var k = 0; k < times; k++)
                    TensorPrimitives.ConvertTruncating<double, float>(rows[row].Slice(k * width, fields), all[(first + row) * times + k]);
        });
        if (drawn.Layout.Times.Length == times)
            return (drawn, all);
        var chosen = new Matrix<float>(count * drawn.Layout.Times.Length, fields);
        for (var row = 0; row < chosen.Rows; row++)
        {
            var (trajectory, time) = Math.DivRem(row, drawn.Layout.Times.Length);
            all[trajectory * times + drawn.Layout.Times[time]].CopyTo(chosen[row]);
        }
        return (drawn, chosen);
    }

    private Matrix<float> Normalized(Matrix<double> rows)
    {
        var copy = rows.Copy();
        var converted = new Matrix<float>(rows.Values.Length / readingScale.Width, readingScale.Width);
        readingScale.Normalize(new Batch<double>(copy.Values, converted.Rows, converted.Width));
        TensorPrimitives.ConvertTruncating<double, float>(copy.Values, converted.Values);
        return converted;
    }
}
