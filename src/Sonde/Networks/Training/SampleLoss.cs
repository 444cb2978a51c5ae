using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>The mean loss of a few samples, as a function of the weights. Called from several threads at once.</summary>
/// <param name="weights">[1, n], an input of its tape.</param>
/// <param name="samples">Which samples.</param>
/// <param name="random">Randomness of this step and these samples: noise on data, dropout.</param>
/// <returns>[1, 1].</returns>
public delegate Variable<T> SampleLoss<T>(Variable<T> weights, ReadOnlySpan<int> samples, SampleRandom random) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>The randomness of one step and a part of its samples; nothing is made before it is asked for.</summary>
/// <param name="Root">Of all steps.</param>
/// <param name="Step">From 0.</param>
/// <param name="Part">Which part of the step's samples, from 0.</param>
public readonly record struct SampleRandom(RandomSource Root, long Step, int Part)
{
    /// <summary>A new source that always begins with the same numbers.</summary>
    public RandomSource Source() => Root.Fork(Step).Fork(Part);
}

/// <summary>Losses that many networks are trained with.</summary>
public static class SampleLoss
{
    /// <summary>The mean of (f(x) − y)² over samples and outputs.</summary>
    /// <param name="layer">f.</param>
    /// <param name="inputs">x, a row a sample.</param>
    /// <param name="targets">y, a row a sample.</param>
    /// <param name="dropout">Whether layers that drop values do so.</param>
    /// <exception cref="ArgumentException">The rows do not fit the layer, or one another.</exception>
    public static SampleLoss<T> MeanSquare<T>(ILayer<T> layer, Matrix<T> inputs, Matrix<T> targets, bool dropout = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.Width != layer.InputWidth || targets.Width != layer.OutputWidth)
            throw new ArgumentException($"The layer makes {layer.OutputWidth} values of {layer.InputWidth}, but the samples have {targets.Width} for {inputs.Width}.", nameof(inputs));
        if (inputs.Rows != targets.Rows)
            throw new ArgumentException($"There are {inputs.Rows} inputs but {targets.Rows} targets.", nameof(targets));
        return (weights, samples, random) =>
        {
            var x = Rows(weights.Tape, inputs, samples);
            var y = Rows(weights.Tape, targets, samples);
            var misfit = layer.Apply(x, weights, dropout ? new Pass(random.Source()) : Pass.Deterministic) - y;
            return T.CreateChecked(1.0 / (samples.Length * layer.OutputWidth)) * misfit.SumOfSquares();
        };
    }

    /// <summary>Some rows of a data set as a constant.</summary>
    /// <param name="tape">Where.</param>
    /// <param name="data">A row a sample.</param>
    /// <param name="samples">Which rows, in this order.</param>
    public static Variable<T> Rows<T>(Tape<T> tape, Matrix<T> data, ReadOnlySpan<int> samples) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(data);
        using var frame = Scratch.Enter();
        var rows = frame.Rent<T>(samples.Length, data.Width);
        for (var i = 0; i < samples.Length; i++)
            data[samples[i]].CopyTo(rows[i]);
        return tape.Constant(rows);
    }
}
