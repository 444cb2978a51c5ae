using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>Ways to make and to use maps.</summary>
public static class Map
{
    /// <summary>The map that a function of a variable describes.</summary>
    /// <param name="inputWidth">Width of the rows read.</param>
    /// <param name="outputWidth">Width of the rows written.</param>
    /// <param name="apply">f(x), recorded on the tape of x.</param>
    public static IMap<T> Of<T>(int inputWidth, int outputWidth, Func<Variable<T>, Variable<T>> apply) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new FunctionMap<T>(inputWidth, outputWidth, apply);

    /// <summary>y = f(x), without keeping anything.</summary>
    /// <exception cref="ArgumentException">The map reads or writes rows of another width.</exception>
    public static void Evaluate<T>(this IMap<T> map, ReadOnlyBatch<T> x, Batch<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(map);
        using var lent = TapeLoan<T>.Take();
        Read(map, lent.Tape.Constant(x)).Value.CopyTo(y);
    }

    /// <summary>f(x) after checking that x fits.</summary>
    internal static Variable<T> Read<T>(IMap<T> map, Variable<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x.Width == map.InputWidth
            ? map.Apply(x)
            : throw new ArgumentException($"The map reads rows of {map.InputWidth} but was given rows of {x.Width}.", nameof(x));

    private sealed class FunctionMap<T>(int inputWidth, int outputWidth, Func<Variable<T>, Variable<T>> apply) : IMap<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int InputWidth => inputWidth;

        public int OutputWidth => outputWidth;

        public Variable<T> Apply(Variable<T> x) => apply(x);
    }
}
