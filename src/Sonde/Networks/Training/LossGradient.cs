using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>
/// A loss of many samples and its gradient, in parts that several threads work on. Parts depend on the number of samples alone, and are added
/// in their order: the same bits on any number of threads.
/// </summary>
internal sealed class LossGradient<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LeastPart = 16;           // samples of one tape
    private const int MostParts = 32;           // each holds a gradient
    private readonly SampleLoss<T> loss;
    private readonly RandomSource random;
    private readonly Workers workers;
    private readonly Matrix<T> gradients;
    private readonly double[] losses;
    private readonly int partSize;
    private readonly Action<int, int> body;
    private Matrix<T> weights = new(1, 0);
    private ReadOnlyMemory<int> samples;
    private long step;

    public LossGradient(int width, int mostSamples, SampleLoss<T> loss, RandomSource random, Workers workers)
    {
        (this.loss, this.random, this.workers) = (loss, random, workers);
        partSize = Math.Max(LeastPart, (mostSamples + MostParts - 1) / MostParts);
        var parts = (mostSamples + partSize - 1) / partSize;
        (gradients, losses, body) = (new Matrix<T>(parts, width), new double[parts], EvaluatePart);
    }

    /// <summary>Of the last evaluation; may be changed.</summary>
    public Span<T> Gradient => gradients[0];

    /// <summary>The mean loss of the samples.</summary>
    public double Evaluate(Matrix<T> at, ReadOnlyMemory<int> of, long stepNumber)
    {
        (weights, samples, step) = (at, of, stepNumber);
        workers.ForBlocks(of.Length, partSize, body);
        var parts = (of.Length + partSize - 1) / partSize;
        for (var part = 1; part < parts; part++)
            TensorPrimitives.Add(gradients[0], gradients[part], gradients[0]);
        return TensorPrimitives.Sum<double>(losses.AsSpan(0, parts));
    }

    private void EvaluatePart(int first, int count)
    {
        var part = first / partSize;
        var share = (double)count / samples.Length;
        using var lent = TapeLoan<T>.Take();
        lent.Tape.Workers = count == samples.Length ? workers : Workers.One;         // a part alone has all threads for its operations
        var at = lent.Tape.Input(weights);
        var value = loss(at, samples.Span.Slice(first, count), new SampleRandom(random, step, part));
        lent.Tape.Differentiate(value);
        losses[part] = share * double.CreateChecked(value.Number);
        TensorPrimitives.Multiply(lent.Tape.Adjoint(at).Values, T.CreateChecked(share), gradients[part]);
    }
}
