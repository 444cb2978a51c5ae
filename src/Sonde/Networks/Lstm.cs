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
            x = Apply(x, width, LayerWeights(ref offset, width, weights), every || layer + 1 < layers);
        }
        return x;
    }

    /// <summary>Width of what the memory holds between two steps: h and c of each layer, one layer after the other.</summary>
    public int StateWidth => checked(2 * layers * states);

    /// <summary>What the memory holds after one more step, for sequences whose values come one at a time; it begins as zeros.</summary>
    /// <param name="x">Values of a step, [rows, inputs].</param>
    /// <param name="state">What it holds before, [rows, StateWidth]; the last h lies 2 × states from its end.</param>
    /// <param name="weights">[1, count of all weights].</param>
    public Variable<T> Advance(Variable<T> x, Variable<T> state, Variable<T> weights)
    {
        var (tape, offset, next) = (x.Tape, 0, default(Variable<T>?));
        for (var layer = 0; layer < layers; layer++)
        {
            var own = LayerWeights(ref offset, layer == 0 ? inputs : states, weights);
            var (hidden, cell) = (Part(2 * layer), Part(2 * layer + 1));
            var after = tape.Apply(LstmCell<T>.Instance, x.Dense(own.OfInputs, own.BiasOfInputs) + hidden.Dense(own.OfStates, own.BiasOfStates), cell);
            x = tape.Apply(h, after);
            next = next is { } below ? below.Beside(after) : after;
        }
        return next!.Value;

        Variable<T> Part(int index) => tape.Apply(Gather<T>.Range(index * states, states), state);
    }

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) => Initializer.Fill(Initialization.Uniform, weights, default, states, 4 * states, random);

    private WeightArray[] WeightsOf(int layer) =>
    [
        new($"weight_ih_l{layer}", 4 * states, layer == 0 ? inputs : states), new($"weight_hh_l{layer}", 4 * states, states),
        new($"bias_ih_l{layer}", 4 * states), new($"bias_hh_l{layer}", 4 * states),
    ];

    /// <summary>One layer, whose steps have <paramref name="width"/> values.</summary>
    private Variable<T> Apply(Variable<T> x, int width, LayerParts own, bool all)
    {
        var tape = x.Tape;
        var sums = x.View(0, x.Rows * steps, width).Dense(own.OfInputs, own.BiasOfInputs).View(0, x.Rows, steps * 4 * states);      // all steps at once
        var zero = Zero(tape, x.Rows);
        var (hidden, cell) = (zero, zero);
        var written = ArrayPool<Variable<T>>.Shared.Rent(steps);
        try
        {
            for (var step = 0; step < steps; step++)
            {
                var next = tape.Apply(LstmCell<T>.Instance, tape.Apply(sumsAt[step], sums) + hidden.Dense(own.OfStates, own.BiasOfStates), cell);
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

    /// <summary>The arrays of a layer whose first number lies at <paramref name="offset"/>, which moves on to the next layer.</summary>
    private LayerParts LayerWeights(ref int offset, int width, Variable<T> weights)
    {
        var (gates, first) = (4 * states, offset);
        var biases = first + gates * (width + states);
        offset = biases + 2 * gates;
        return new(
            weights.View(first, gates, width), weights.View(first + gates * width, gates, states), weights.View(biases, 1, gates), weights.View(biases + gates, 1, gates));
    }

    private readonly record struct LayerParts(Variable<T> OfInputs, Variable<T> OfStates, Variable<T> BiasOfInputs, Variable<T> BiasOfStates);

    private Variable<T> Zero(Tape<T> tape, int rows)
    {
        using var frame = Scratch.Enter();
        return tape.Constant(frame.RentCleared<T>(rows, states));
    }
}
