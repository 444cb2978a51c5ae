using System.Collections.Frozen;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Observing.Operators;

/// <summary>The instruments that have a name in experiment files. A new one is one line in the table.</summary>
public static class Instruments
{
    /// <summary>x.</summary>
    public static IInstrument Identity { get; } = new Pointwise("identity", (x, y) => x.CopyTo(y), (_, y) => y.Fill(1));

    /// <summary>x².</summary>
    public static IInstrument Square { get; } =
        new Pointwise("square", (x, y) => TensorPrimitives.Multiply(x, x, y), (x, y) => TensorPrimitives.Multiply(x, 2, y));

    /// <summary>x³.</summary>
    public static IInstrument Cube { get; } = new Pointwise(
        "cube",
        (x, y) =>
        {
            TensorPrimitives.Multiply(x, x, y);
            TensorPrimitives.Multiply(x, y, y);
        },
        (x, y) =>
        {
            TensorPrimitives.Multiply(x, x, y);
            TensorPrimitives.Multiply(y, 3, y);
        });

    /// <summary>arctan x.</summary>
    public static IInstrument Arctan { get; } = new Pointwise(
        "arctan",
        (x, y) => Each(x, y, static v => Math.Atan(v)),         // the vectorised one may round differently by alignment
        (x, y) =>
        {
            TensorPrimitives.Multiply(x, x, y);
            TensorPrimitives.Add(y, 1, y);
            TensorPrimitives.Reciprocal(y, y);
        });

    /// <summary>eˣ.</summary>
    public static IInstrument Exp { get; } = new Pointwise("exp", VectorMath.Exp, VectorMath.Exp);

    /// <summary>|x|; the derivative at 0 is taken as 0.</summary>
    public static IInstrument Absolute { get; } =
        new Pointwise("absolute", TensorPrimitives.Abs, (x, y) => Each(x, y, static v => v > 0 ? 1 : v < 0 ? -1 : v));

    private static readonly FrozenDictionary<string, Func<InstrumentSettings, IInstrument>> Table =
        new Dictionary<string, Func<InstrumentSettings, IInstrument>>(StringComparer.OrdinalIgnoreCase)
        {
            ["identity"] = _ => Identity,
            ["square"] = _ => Square,
            ["cube"] = _ => Cube,
            ["arctan"] = _ => Arctan,
            ["exp"] = _ => Exp,
            ["log"] = settings => Log(settings.Low ?? 1e-6),
            ["absolute"] = _ => Absolute,
            ["magnitude"] = settings => new Magnitude(settings.Inputs),
            ["clip"] = settings => Clip(settings.Low ?? double.NegativeInfinity, settings.High ?? double.PositiveInfinity),
            ["saturation"] = settings => Saturation(settings.High ?? 1),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Keys.Order(StringComparer.Ordinal)];

    /// <summary>ln x above <paramref name="floor"/>; below, its tangent there, so that values and slopes stay finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The floor is not above 0.</exception>
    public static IInstrument Log(double floor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(floor);
        return new Pointwise(
            "log",
            (x, y) => Each(x, y, v => v >= floor ? Math.Log(v) : Math.Log(floor) + (v - floor) / floor),
            (x, y) => Each(x, y, v => 1 / Math.Max(v, floor)));
    }

    /// <summary>x held between <paramref name="low"/> and <paramref name="high"/>: an instrument that ends at its scale.</summary>
    /// <exception cref="ArgumentException">The bounds are not in order.</exception>
    public static IInstrument Clip(double low, double high)
    {
        if (!(low < high))
            throw new ArgumentException($"The lower bound, {low}, must lie below the upper, {high}.", nameof(low));
        return new Pointwise(
            "clip",
            (x, y) => Each(x, y, v => v < low ? low : v > high ? high : v),
            (x, y) => Each(x, y, v => v < low || v > high ? 0 : 1));
    }

    /// <summary>L tanh(x / L): the smooth form of an instrument that cannot show more than L.</summary>
    /// <exception cref="ArgumentOutOfRangeException">L is not above 0.</exception>
    public static IInstrument Saturation(double limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return new Pointwise(
            "saturation",
            (x, y) => Each(x, y, v => limit * Math.Tanh(v / limit)),
            (x, y) => Each(x, y, v => Math.Tanh(v / limit) is var t ? 1 - t * t : t));
    }

    /// <summary>The instrument that <paramref name="settings"/> name.</summary>
    /// <exception cref="ArgumentException">There is none of that name, or its settings do not fit.</exception>
    public static IInstrument Create(InstrumentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!Table.TryGetValue(settings.Kind, out var create))
            throw new ArgumentException($"There is no operator '{settings.Kind}'; the operators are {string.Join(", ", Names)}.", nameof(settings));
        return create(settings);
    }

    private static void Each(ReadOnlySpan<double> x, Span<double> y, Func<double, double> f)
    {
        for (var i = 0; i < x.Length; i++)
            y[i] = f(x[i]);
    }
}
