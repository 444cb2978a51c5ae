using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Score;

/// <summary>
/// The observation encoder of LD-EnSF: a memory that reads the observed values of one time after the other, and a linear head that says at each of them
/// which latent state and parameters it takes them to come from. Inputs and outputs are normalized.
/// </summary>
internal sealed class ObservationMemory
{
    private readonly Lstm<float> memory;
    private readonly DenseLayer<float> head;
    private readonly Gather<float> last;

    /// <summary>An encoder.</summary>
    /// <param name="values">Read at a time.</param>
    /// <param name="hidden">Width of the memory.</param>
    /// <param name="times">Of a series.</param>
    /// <param name="width">Of a latent row.</param>
    public ObservationMemory(int values, int hidden, int times, int width)
    {
        (memory, head, last) = (new(values, hidden, times, every: true), new(hidden, width), Gather<float>.Range(0, hidden));
        Network = new Chain<float>(memory, new Each<float>(head, times));
    }

    /// <summary>From the values of a whole series to all latent rows.</summary>
    public ILayer<float> Network { get; }

    /// <summary>Numbers that it remembers from one time to the next; zeros at first.</summary>
    public int StateWidth => memory.StateWidth;

    /// <summary>Reads the values of one more time.</summary>
    /// <param name="weights">Of the network.</param>
    /// <param name="values">Normalized, [1, values].</param>
    /// <param name="state">What it remembers, [1, StateWidth]; moved on.</param>
    /// <param name="row">The latent row, normalized, [width]; overwritten.</param>
    public void Read(Matrix<float> weights, Matrix<float> values, Matrix<double> state, Span<double> row)
    {
        using var frame = Scratch.Enter();
        using var lent = TapeLoan<float>.Take();
        var (tape, count) = (lent.Tape, memory.WeightCount);
        var before = frame.Rent<float>(1, StateWidth);
        TensorPrimitives.ConvertTruncating<double, float>(state.Values, before.Values);
        var all = tape.Constant(weights);
        var next = memory.Advance(tape.Constant(values), tape.Constant(before), all.View(0, 1, count));
        var result = head.Apply(tape.Apply(last, next), all.View(count, 1, head.WeightCount), Pass.Deterministic);
        TensorPrimitives.ConvertTruncating<float, double>(next.Value.Values, state.Values);
        TensorPrimitives.ConvertTruncating<float, double>(result.Value.Values, row);
    }
}
