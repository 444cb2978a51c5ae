using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Score;

/// <summary>Latent-EnSF with what it has learned.</summary>
internal sealed class TrainedLatentEnsf
{
    private const string Image = "field image", ReadingImage = "reading image", Order = "reading order", FieldMean = "field mean", FieldDeviation = "field deviation";
    private const int MembersAtOnce = 4;
    private readonly LatentEnsf method;
    private readonly Matrix<float> weights;
    private readonly NormalizedColumns<double> fields;
    private readonly EncodedReadings readings;
    private readonly LatentUpdate update;
    private readonly CoupledAutoencoder networks;

    /// <summary>Takes what was learned.</summary>
    /// <exception cref="ArgumentException">It does not fit the settings.</exception>
    public TrainedLatentEnsf(LatentEnsf method, LearnedState state)
    {
        (this.method, weights, readings) = (method, state.Weights, new(state));
        fields = new(Find(FieldMean), Find(FieldDeviation));
        var order = Find(Order);
        networks = new(method, new(Shape(Find(Image)), (Border)Find(Image)[^1]), readings.Count, order.Length == 0 ? null : (Shape(Find(ReadingImage)), [.. order.ToArray().Select(j => (int)j)]));
        if (weights.Width != networks.Network.WeightCount)
            throw new ArgumentException($"The networks have {networks.Network.WeightCount} weights, but {weights.Width} were learned.", nameof(state));
        update = LatentUpdate.Load(method.Filter, state, method.LatentNoise, method.Noise, method.Scaling);

        ReadOnlySpan<double> Find(string name) => LearnedArrays.Find(state.Statistics, name).Values;
    }

    /// <summary>What is kept of a training, beside the latent space.</summary>
    /// <param name="images">What a state is.</param>
    /// <param name="layout">What is read.</param>
    /// <param name="readings">Scale of the values read.</param>
    /// <param name="fields">Scale of a state's components.</param>
    public static Dictionary<string, Matrix<double>> Save(FieldImages images, ReadingLayout layout, NormalizedColumns<double> readings, NormalizedColumns<float> fields)
    {
        var (shape, image) = (images.Shape, layout.Image);
        var saved = new Dictionary<string, Matrix<double>>
        {
            [Image] = LearnedArrays.Row([shape.Channels, shape.Height, shape.Width, (int)images.Border]),
            [ReadingImage] = LearnedArrays.Row(image is { } given ? [given.Shape.Channels, given.Shape.Height, given.Shape.Width] : []),
            [Order] = LearnedArrays.Row([.. (image?.Order ?? []).Select(j => (double)j)]),
            [FieldMean] = Doubles(fields.Mean), [FieldDeviation] = Doubles(fields.Deviation),
        };
        EncodedReadings.Save(readings, [], saved);
        return saved;
    }

    /// <summary>Encodes, updates, decodes, goes on.</summary>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var ensemble = BeliefConversion.ToEnsemble(background, method.Members, random);
        return window.System.Domain.FieldWidth == fields.Width
            ? EnsembleCycle.Run(window, ensemble, random, Analyze)
            : new Analysis(background, AnalysisStatus.Diverged, $"The networks have learned fields of {fields.Width} values, but the system's have {window.System.Domain.FieldWidth}.");
    }

    private EnsembleStep Analyze(AssimilationWindow window, Observation observation, EnsembleBelief forecast, Matrix<double> predicted, RandomSource random)
    {
        if (readings.Complaint(window, observation) is { } complaint)
            return new(forecast, Failure: complaint);
        var values = new Matrix<float>(1, readings.Count);
        readings.Normalized(window, observation, forecast, values.Values);
        var (latent, row) = (new Matrix<double>(forecast.Members.Rows, networks.LatentWidth), new Matrix<double>(1, networks.LatentWidth));
        var normalized = new Matrix<float>(forecast.Members.Rows, fields.Width);
        Transform(values, row, networks.EncodeReadings, Workers.One);
        update.Space.Normalize(row);
        Normalize(forecast.Members, normalized);
        Transform(normalized, latent, (x, w) => networks.Encode(x, w).Mean, window.Workers);
        var before = method.Increments ? Decoded(latent, window.Workers) : null;
        if (!update.Apply(latent, row.Values, observation, window, random))
            return new(forecast, Failure: $"The score filter's steps at observation {observation.Index} overflow; expected a smaller scaling or a larger noise.");
        var after = Decoded(latent, window.Workers);
        for (var n = 0; n < latent.Rows; n++)
            for (var i = 0; i < fields.Width; i++)
                forecast.Members[n, i] = before is null
                    ? after[n, i] * fields.Deviation[i] + fields.Mean[i]
                    : forecast.Members[n, i] + (after[n, i] - before[n, i]) * fields.Deviation[i];
        return new(forecast);
    }

    private Matrix<double> Decoded(Matrix<double> latent, Workers workers)
    {
        var (rows, decoded) = (new Matrix<float>(latent.Rows, latent.Width), new Matrix<double>(latent.Rows, fields.Width));
        TensorPrimitives.ConvertTruncating<double, float>(latent.Values, rows.Values);
        Transform(rows, decoded, networks.Decode, workers);
        return decoded;
    }

    private void Normalize(Matrix<double> members, Matrix<float> normalized)
    {
        for (var n = 0; n < members.Rows; n++)
            for (var i = 0; i < fields.Width; i++)
                normalized[n, i] = (float)((members[n, i] - fields.Mean[i]) / fields.Deviation[i]);
    }

    /// <summary>A network on all rows.</summary>
    private void Transform(Matrix<float> rows, Matrix<double> results, Func<Variable<float>, Variable<float>, Variable<float>> network, Workers workers) =>
        workers.ForBlocks(rows.Rows, MembersAtOnce, (first, count) =>
        {
            using var lent = TapeLoan<float>.Take();
            var result = network(lent.Tape.Constant(rows.All.Slice(first, count)), lent.Tape.Constant(weights));
            TensorPrimitives.ConvertTruncating<float, double>(result.Value.Values, results.All.Slice(first, count).Values);
        });

    private static ImageShape Shape(ReadOnlySpan<double> numbers) => new((int)numbers[0], (int)numbers[1], (int)numbers[2]);

    private static Matrix<double> Doubles(ReadOnlySpan<float> values)
    {
        var row = new Matrix<double>(1, values.Length);
        TensorPrimitives.ConvertTruncating(values, row.Values);
        return row;
    }
}
