using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>
/// What normalizing layers find of the rows of a pass, in the order in which they are applied, which is that of their weights. Passes that are
/// averaged say how all rows are distributed: with the weights as they are, not as they were on the way there. Wu and Johnson, "Rethinking batch in
/// BatchNorm", arXiv 2105.07576, §3.
/// </summary>
public sealed class BatchMoments
{
    private readonly List<(double[] Mean, double[] Variance)>? sums;
    private int next, passes;

    private BatchMoments(bool keeps) => sums = keeps ? [] : null;

    /// <summary>Keeps nothing: for training.</summary>
    public static BatchMoments Unkept { get; } = new(false);

    /// <summary>Writes into weights what a network's normalizing layers find, on average, of batches of rows.</summary>
    /// <param name="layer">The network.</param>
    /// <param name="weights">[1, n], of which the population's means and variances are overwritten.</param>
    /// <param name="batches">How many batches, 1 or more.</param>
    /// <param name="rows">A batch, [rows, layer.InputWidth], as a constant of a tape.</param>
    public static void Settle<T>(ILayer<T> layer, Matrix<T> weights, int batches, Func<Tape<T>, int, Variable<T>> rows) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(rows);
        if (!layer.Weights.Any(IsPopulation))
            return;
        var kept = new BatchMoments(true);
        for (var batch = 0; batch < Check.AtLeast(1, batches, nameof(batches)); batch++)
        {
            using var lent = TapeLoan<T>.Take();
            (kept.next, kept.passes) = (0, batch + 1);
            layer.Apply(rows(lent.Tape, batch), lent.Tape.Constant(weights), new Pass(Batch: kept));
        }
        var (offset, found) = (0, 0);
        foreach (var array in layer.Weights)
        {
            if (IsPopulation(array))
            {
                var (mean, variance) = kept.sums![found / 2];
                var sum = found++ % 2 == 0 ? mean : variance;
                for (var i = 0; i < sum.Length; i++)
                    weights.Values[offset + i] = T.CreateChecked(sum[i] / kept.passes);
            }
            offset += array.Count;
        }
    }

    /// <summary>Whether an array holds what is known of a population, and is not trained.</summary>
    internal static bool IsPopulation(WeightArray array) =>
        array.Name.EndsWith(BatchNormalizationLayer<double>.Mean, StringComparison.Ordinal) || array.Name.EndsWith(BatchNormalizationLayer<double>.Variance, StringComparison.Ordinal);

    /// <summary>Notes what the next layer found.</summary>
    internal void Add<T>(ReadOnlyBatch<T> images, int channels) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (sums is null)
            return;
        var (mean, variance) = (new double[channels], new double[channels]);
        Calculus.Operations.BatchNormalization<T>.Moments(images, mean, variance);
        if (next == sums.Count)
            sums.Add((new double[channels], new double[channels]));
        var sum = sums[next++];
        for (var i = 0; i < channels; i++)
            (sum.Mean[i], sum.Variance[i]) = (sum.Mean[i] + mean[i], sum.Variance[i] + variance[i]);
    }
}
