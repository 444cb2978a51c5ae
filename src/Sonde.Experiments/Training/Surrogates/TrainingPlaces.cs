using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>
/// Places at which a decoder of coordinates is trained, some of all, drawn anew at each step. Where all fields lie on one grid, all are learned at each
/// point; on staggered grids each at points of its own.
/// </summary>
internal sealed class TrainingPlaces<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Matrix<T> coordinates;         // a row a point of the one grid, or a row a component
    private readonly int[] firsts, drawn;           // of each grid: its first row, and how many of its rows are drawn
    private readonly int fields;
    private readonly Gather<T>? own;                // of all fields at all drawn points those that lie there

    /// <summary>Draws from all grids.</summary>
    /// <param name="frame">The fields.</param>
    /// <param name="points">How many points of a grid are drawn; all of them where it has fewer.</param>
    public TrainingPlaces(FieldFrame frame, int points)
    {
        var (domain, grids) = (frame.Domain, frame.IsOnOneGrid ? 1 : frame.Fields);
        fields = frame.Fields;
        coordinates = frame.Coordinates<T>([.. domain.Fields.Take(grids).SelectMany(field => field.Grid.Points())]);
        firsts = [.. Enumerable.Range(0, grids + 1).Select(domain.OffsetOf)];
        drawn = [.. domain.Fields.Take(grids).Select(field => Math.Min(points, field.Grid.Count))];
        Count = drawn.Sum();
        own = grids == 1 ? null : new Gather<T>([.. drawn.SelectMany((count, f) => Enumerable.Repeat(f, count)).Select((f, i) => i * fields + f)]);
    }

    /// <summary>How many points are drawn.</summary>
    public int Count { get; }

    /// <summary>How many values are learned at them.</summary>
    public int Width => own is null ? Count * fields : Count;

    /// <summary>Draws points.</summary>
    /// <param name="chosen">[Count], overwritten.</param>
    /// <param name="random">Where draws come from.</param>
    public void Choose(Span<int> chosen, RandomSource random)
    {
        var i = 0;
        for (var grid = 0; grid < drawn.Length; grid++)
        {
            var size = firsts[grid + 1] - firsts[grid];
            for (var k = 0; k < drawn[grid]; k++)
                chosen[i++] = firsts[grid] + (drawn[grid] < size ? random.NextInt(size) : k);
        }
    }

    /// <summary>Which component of a row of the domain a value is.</summary>
    /// <param name="chosen">Drawn points.</param>
    /// <param name="value">Below <see cref="Width"/>.</param>
    public int ComponentOf(ReadOnlySpan<int> chosen, int value) => own is null ? value % fields * firsts[1] + chosen[value / fields] : chosen[value];

    /// <summary>What a decoder makes of states at drawn points: [states, Width].</summary>
    public Variable<T> Decode(IPointDecoder<T> decoder, Variable<T> states, ReadOnlySpan<int> chosen, Variable<T> weights)
    {
        var all = decoder.Decode(states, SampleLoss.Rows(states.Tape, coordinates, chosen), weights);
        return own is null ? all : states.Tape.Apply(own, all);
    }
}
