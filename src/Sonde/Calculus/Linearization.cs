using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>
/// A map recorded at a point: its value, its tangent linear M dx and its adjoint Mᵀ dy, to be applied any number of times. The inner loop
/// of incremental 4D-Var, Gauss-Newton, L-BFGS and the training of networks use nothing else. It belongs to one thread at a time.
/// </summary>
public sealed class Linearization<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> tape = new();
    private readonly IMap<T> map;
    private Variable<T> input, output;

    /// <summary>Records the map at x.</summary>
    /// <param name="map">What is linearised.</param>
    /// <param name="x">Where, [rows, map.InputWidth].</param>
    /// <exception cref="ArgumentException">The map reads rows of another width.</exception>
    public Linearization(IMap<T> map, ReadOnlyBatch<T> x)
    {
        ArgumentNullException.ThrowIfNull(map);
        this.map = map;
        Relinearize(x);
    }

    /// <summary>f(x), until the next relinearization.</summary>
    public ReadOnlyBatch<T> Value => output.Value;

    /// <summary>Where the map is linearised.</summary>
    public ReadOnlyBatch<T> Point => input.Value;

    /// <summary>Records the map at another point, in the same memory.</summary>
    /// <exception cref="ArgumentException">The map reads rows of another width.</exception>
    public void Relinearize(ReadOnlyBatch<T> x)
    {
        tape.Reset();
        input = tape.Input(x);
        output = Map.Read(map, input);
    }

    /// <summary>dy = M dx.</summary>
    /// <param name="dx">As many rows as the point has, or a multiple: blocks of them are pushed one after the other.</param>
    /// <param name="dy">As many rows per block as the value has.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Tangent(ReadOnlyBatch<T> dx, Batch<T> dy)
    {
        var blocks = Blocks(dx.Rows, dx.Width, input, dy.Rows, dy.Width, output);
        for (var block = 0; block < blocks; block++)
        {
            dx.Slice(block * input.Rows, input.Rows).CopyTo(tape.Tangent(input));
            tape.PushForward();
            tape.Tangent(output).CopyTo(dy.Slice(block * output.Rows, output.Rows));
        }
    }

    /// <summary>dx = Mᵀ dy.</summary>
    /// <param name="dy">As many rows as the value has, or a multiple: blocks of them are pulled one after the other.</param>
    /// <param name="dx">As many rows per block as the point has.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Adjoint(ReadOnlyBatch<T> dy, Batch<T> dx)
    {
        var blocks = Blocks(dy.Rows, dy.Width, output, dx.Rows, dx.Width, input);
        for (var block = 0; block < blocks; block++)
        {
            tape.BeginPullBack();
            dy.Slice(block * output.Rows, output.Rows).CopyTo(tape.Adjoint(output));
            tape.PullBack();
            tape.Adjoint(input).CopyTo(dx.Slice(block * input.Rows, input.Rows));
        }
    }

    private static int Blocks(int rows, int width, Variable<T> from, int rowsTo, int widthTo, Variable<T> to)
    {
        var blocks = from.Rows == 0 ? 0 : rows / from.Rows;
        if (rows != blocks * from.Rows || width != from.Width)
            throw new ArgumentException($"The linearization takes {from.Size}, or whole blocks of it, not {rows} × {width}.");
        if (rowsTo != blocks * to.Rows || widthTo != to.Width)
            throw new ArgumentException($"The linearization gives {blocks} blocks of {to.Size}, not {rowsTo} × {widthTo}.");
        return blocks;
    }
}
