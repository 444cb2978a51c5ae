using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>The mean loss of samples that are not learned from, in parts that several threads work on and that are added in their order.</summary>
internal sealed class HeldOutLoss<T>(ReadOnlyMemory<int> samples, SampleLoss<T> loss, RandomSource random, Workers workers)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int PartSize = 64;            // samples of one tape
    private readonly double[] losses = new double[(samples.Length + PartSize - 1) / PartSize];

    public double Evaluate(Matrix<T> weights)
    {
        workers.ForBlocks(samples.Length, PartSize, (first, count) =>
        {
            using var lent = TapeLoan<T>.Take();
            var part = first / PartSize;
            var value = loss(lent.Tape.Input(weights), samples.Span.Slice(first, count), new SampleRandom(random, 0, part));
            losses[part] = (double)count / samples.Length * double.CreateChecked(value.Number);
        });
        return TensorPrimitives.Sum<double>(losses);
    }
}
