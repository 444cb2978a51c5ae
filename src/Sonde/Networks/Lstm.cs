using System.Buffers;
using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>
/// A long short-term memory over sequences, which begins at h = c = 0. A row read is a sequence, step after step; a row written is the last h,
/// or all of them, step after step. Of several layers each reads the h of the one below at every step. Weights as PyTorch's LSTM; gates in the
/// order i, f, g, o. Hochreiter and Schmidhuber 1997.
/// </summary>
public sealed class Lstm<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int inputs, states, steps, layers;
    private readonly bool every;
    private readonly Gather<T>[] sumsAt;        // the gates' sums of each step, from those of all
    private readonly Gather<T> h, c;            // of a cell's result

    /// <summary>A memory over sequences.</summary>
    /// <param name="inputs">Values of a step, 1 or more.</param>
    /// <param name="states">Values of h and of c, 1 or more.</param>
    /// <param name="steps">Steps of a sequence, 1 or more.</param>
    /// <param name="every">Whether every h is written and not the last alone.</param>
    /// <param name="layers">Memories above one another, 1 or more.</param>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public Lstm(int inputs, int states, int steps, bool every = false, int layers = 1)
    {
        if (inputs < 1 || states < 1 || steps < 1 || layers < 1)
            throw new ArgumentException($"A memory needs 1 or more inputs, states, steps and layers, not {inputs}, {states}, {steps} and {layers}.", nameof(inputs));
        (this.inputs, this.states, this.steps, this.every, this.layers) = (inputs, states, steps, every, layers);
        sumsAt = [.. Enumerable.Range(0, steps).Select(step => Gather<T>.Range(step * 4 * states, 4 * states))];
        (h, c) = (Gather<T>.Range(0, states), Gather<T>.Range(states, states));
    }

    /// <inheritdoc/>
    public int InputWidth => checked(steps * inputs);

    /// <inheritdoc/>
    public int OutputWidth => every ? checked(steps * states) : states;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => [.. Enumerable.Range(0, layers).SelectMany(WeightsOf)];

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass)
    {
        if (x.Width != InputWidth)
            throw new ArgumentException($"The memory reads sequences of {steps} × {inputs} values, but the rows have {x.Width}.", nameof(x));
        var offset = 0;
        for (var layer = 0; layer < layers; layer++)
        {
            var width = layer == 0 ? inputs : states;
            var count = 4 * states * (width + states + 2);
            x = Apply(x, width, weights.View(offset, 1, count), every || layer + 1 < layers);
            offset += count;
        }
        return x;
    }

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) => Initializer.Fill(Initialization.Uniform, weights, default, states, 4 * states, random);

    private WeightArray[] WeightsOf(int layer) =>
    [
        new($"weight_ih_l{layer}", 4 * states, layer == 0 ? inputs : states), new($"weight_hh_l{layer}", 4 * states, states),
        new($"bias_ih_l{layer}", 4 * states), new($"bias_hh_l{layer}", 4 * states),
    ];

    /// <summary>One layer, whose steps have <paramref name="width"/> values.</summary>
    private Variable<T> Apply(Variable<T> x, int width, Variable<T> weights, bool all)
    {
        var (gates, tape) = (4 * states, x.Tape);
        var ofStates = weights.View(gates * width, gates, states);
        var biases = gates * (width + states);
        var biasOfStates = weights.View(biases + gates, 1, gates);
        var sums = x.View(0, x.Rows * steps, width)
            .Dense(weights.View(0, gates, width), weights.View(biases, 1, gates))           // all steps at once
            .View(0, x.Rows, steps * gates);
        var zero = Zero(tape, x.Rows);
        var (hidden, cell) = (zero, zero);
        var written = ArrayPool<Variable<T>>.Shared.Rent(steps);
        try
        {
            for (var step = 0; step < steps; step++)
            {
                var next = tape.Apply(LstmCell<T>.Instance, tape.Apply(sumsAt[step], sums) + hidden.Dense(ofStates, biasOfStates), cell);
                hidden = written[step] = tape.Apply(h, next);
                if (step + 1 < steps)
                    cell = tape.Apply(c, next);
            }
            return all ? tape.Apply(Concatenation<T>.Instance, written.AsSpan(0, steps)) : hidden;
        }
        finally
        {
            ArrayPool<Variable<T>>.Shared.Return(written, true);
        }
    }

    private Variable<T> Zero(Tape<T> tape, int rows)
    {
        using var frame = Scratch.Enter();
        return tape.Constant(frame.RentCleared<T>(rows, states));
    }
}
