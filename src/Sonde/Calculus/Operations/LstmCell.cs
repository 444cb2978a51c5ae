using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// The state of a long short-term memory, from the sums at its gates: c′ = σ(f) c + σ(i) tanh(g), h′ = σ(o) tanh(c′). Operands: the sums
/// [i, f, g, o], [rows, 4 × states], in PyTorch's order, and c, [rows, states]; y is [h′, c′]. Hochreiter and Schmidhuber, Neural Computation 9,
/// 1997; with the forget gate of Gers et al., Neural Computation 12, 2000.
/// </summary>
public sealed class LstmCell<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static LstmCell<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        var (sums, c) = (x.Size(0), x.Size(1));
        if (sums != new Size(c.Rows, 4 * c.Width))
            throw new ArgumentException($"Gates of {c.Width} states need sums of {c.Rows} × {4 * c.Width}, not of {sums}.");
        return new(c.Rows, 2 * c.Width);
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var n = x.Size(1).Width;
        var gates = frame.Rent<T>(4, n);
        for (var row = 0; row < y.Rows; row++)
        {
            Open(x[0][row], gates);
            var c = x[1][row];
            var h = y[row][..n];
            var next = y[row][n..];
            for (var j = 0; j < n; j++)
                next[j] = gates[1, j] * c[j] + gates[0, j] * gates[2, j];
            VectorMath.Tanh<T>(next, h);
            for (var j = 0; j < n; j++)
                h[j] *= gates[3, j];
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var n = x.Size(1).Width;
        var gates = frame.Rent<T>(4, n);
        var squashed = frame.Rent<T>(1, n)[0];                  // tanh c′
        var dGates = frame.RentCleared<T>(4, n);
        for (var row = 0; row < y.Rows; row++)
        {
            Open(x[0][row], gates);
            VectorMath.Tanh<T>(y[row][n..], squashed);
            if (dx.Has(0))
            {
                dx[0][row].CopyTo(dGates.Values);
                MultiplySlopes(gates, dGates);
            }
            for (var j = 0; j < n; j++)
            {
                var dc = dGates[1, j] * x[1][row, j] + dGates[0, j] * gates[2, j] + gates[0, j] * dGates[2, j];
                if (dx.Has(1))
                    dc += gates[1, j] * dx[1][row, j];
                dy[row, n + j] += dc;
                dy[row, j] += dGates[3, j] * squashed[j] + gates[3, j] * (T.One - squashed[j] * squashed[j]) * dc;
            }
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var n = x.Size(1).Width;
        var gates = frame.Rent<T>(4, n);
        var squashed = frame.Rent<T>(1, n)[0];                  // tanh c′
        var gatesBar = frame.Rent<T>(4, n);
        for (var row = 0; row < y.Rows; row++)
        {
            Open(x[0][row], gates);
            VectorMath.Tanh<T>(y[row][n..], squashed);
            for (var j = 0; j < n; j++)
            {
                var hBar = yBar[row, j];
                var cBar = yBar[row, n + j] + gates[3, j] * (T.One - squashed[j] * squashed[j]) * hBar;
                gatesBar[0, j] = gates[2, j] * cBar;
                gatesBar[1, j] = x[1][row, j] * cBar;
                gatesBar[2, j] = gates[0, j] * cBar;
                gatesBar[3, j] = squashed[j] * hBar;
                if (xBar.Wants(1))
                    xBar[1][row, j] += gates[1, j] * cBar;
            }
            if (xBar.Wants(0))
            {
                MultiplySlopes(gates, gatesBar);
                var sums = xBar[0].Slice(row, 1);
                sums += new ReadOnlyBatch<T>(gatesBar.Values);
            }
        }
    }

    /// <summary>σ(i), σ(f), tanh(g), σ(o), a row each.</summary>
    private static void Open(ReadOnlySpan<T> sums, Batch<T> gates)
    {
        var n = gates.Width;
        VectorMath.Sigmoid(sums[..(2 * n)], gates.Values[..(2 * n)]);
        VectorMath.Tanh(sums.Slice(2 * n, n), gates[2]);
        VectorMath.Sigmoid(sums[(3 * n)..], gates[3]);
    }

    /// <summary>Each of to times the slope of its gate.</summary>
    private static void MultiplySlopes(Batch<T> gates, Batch<T> to)
    {
        for (var gate = 0; gate < 4; gate++)
            for (var j = 0; j < gates.Width; j++)
            {
                var open = gates[gate, j];
                to[gate, j] *= gate == 2 ? T.One - open * open : open * (T.One - open);
            }
    }
}
