using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>v to G(x_b + v Z) − y: what the cost of 4D-Var sums the squares of, beside |v|². Lorenc, Q. J. R. Meteorol. Soc. 112, 1986.</summary>
/// <param name="background">x_b, [n].</param>
/// <param name="root">Z.</param>
/// <param name="window">G and y.</param>
internal sealed class ControlMap(double[] background, IBackgroundRoot root, WindowMap window) : ITangentBlock<double>
{
    /// <inheritdoc/>
    public int InputWidth => root.Modes;

    /// <inheritdoc/>
    public int OutputWidth => window.OutputWidth;

    /// <inheritdoc/>
    public Variable<double> Apply(Variable<double> x)
    {
        var tape = x.Tape;
        var state = tape.Constant(new ReadOnlyBatch<double>(background)) + root.Place(x);
        return window.Apply(state) - tape.Constant(new ReadOnlyBatch<double>(window.Target));
    }

    /// <inheritdoc/>
    public void Tangents(ReadOnlySpan<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        using var frame = Scratch.Enter();
        var state = frame.Rent(1, background.Length);
        var rows = frame.Rent(dx.Rows, background.Length);
        root.Place(new ReadOnlyBatch<double>(x), state);
        TensorPrimitives.Add(background, state[0], state[0]);
        root.Place(dx, rows);
        window.Tangents(state[0], rows, dy);
    }
}
