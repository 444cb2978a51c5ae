using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>Reads a lower triangular band C from a network: a positive diagonal, softplus plus a little, and numbers at a few offsets below it.</summary>
internal sealed class BandReader
{
    private const float LeastDiagonal = 1e-3f, Coupling = 0.3f;
    private readonly Gather<float> diagonal, below, band;

    /// <summary>Where the numbers lie.</summary>
    /// <param name="shape">The window.</param>
    /// <param name="first">The first of them in what the network gives.</param>
    /// <param name="offsets">Below the diagonal, rising, without 0.</param>
    public BandReader(WindowShape shape, int first, IReadOnlyList<int> offsets)
    {
        HalfWidth = offsets.Count > 0 ? offsets[^1] : 0;
        Channels = 1 + offsets.Count;
        Shape = shape;
        diagonal = new([.. Enumerable.Range(0, shape.Count).Select(row => first + shape.Channel(row))]);
        below = Gather<float>.Range(first + shape.Count, offsets.Count * shape.Count);
        band = new([.. Band(offsets)]);
    }

    /// <summary>The window.</summary>
    public WindowShape Shape { get; }

    /// <summary>Numbers for each number of the window.</summary>
    public int Channels { get; }

    /// <summary>p.</summary>
    public int HalfWidth { get; }

    /// <summary>The bands, [rows, d (p + 1)].</summary>
    public Variable<float> Read(Variable<float> y)
    {
        var tape = y.Tape;
        var positive = tape.Apply(diagonal, y).Apply(Activation.Softplus) + LeastDiagonal;
        var nothing = tape.Constant(new Matrix<float>(y.Rows, 1));
        return tape.Apply(band, tape.Apply(Concatenation<float>.Instance, [positive, Coupling * tape.Apply(below, y), nothing]));
    }

    /// <summary>For each number of the band, where it stands among the diagonal, the numbers below it, and a zero.</summary>
    private IEnumerable<int> Band(IReadOnlyList<int> offsets)
    {
        var places = offsets.ToList();
        var zero = Shape.Count * (1 + places.Count);
        for (var row = 0; row < Shape.Count; row++)
            for (var offset = HalfWidth; offset >= 0; offset--)
                yield return offset > row ? zero
                    : offset == 0 ? row
                    : places.IndexOf(offset) is var k and >= 0 ? Shape.Count * (1 + k) + Shape.Channel(row) : zero;
    }
}
