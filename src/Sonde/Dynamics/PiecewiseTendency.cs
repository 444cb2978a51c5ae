using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>
/// A tendency with a further term of each component by itself: dxᵢ/dt = fᵢ(x) + g(xᵢ), g linear between evenly spaced knots and beyond them as beside them.
/// Its values at the knots are parameters.
/// </summary>
public sealed class PiecewiseTendency : IParametricField
{
    private readonly IDifferentiableVectorField own;
    private readonly double[] values;
    private readonly double first, spacing;

    /// <summary>Adds the term.</summary>
    /// <param name="own">f.</param>
    /// <param name="knots">Where, ascending and evenly spaced; 2 or more.</param>
    /// <param name="values">g there, where they are not uncertain.</param>
    /// <exception cref="ArgumentException">There are fewer than two knots, they do not ascend by equal steps, or values are not as many.</exception>
    public PiecewiseTendency(IDifferentiableVectorField own, ReadOnlySpan<double> knots, ReadOnlySpan<double> values)
    {
        ArgumentNullException.ThrowIfNull(own);
        if (knots.Length < 2 || values.Length != knots.Length)
            throw new ArgumentException($"A term linear between knots has {knots.Length} knots and {values.Length} values; expected as many of both, 2 or more.", nameof(knots));
        for (var k = 0; k < knots.Length; k++)
            if (!(knots[^1] > knots[0]) || !(Math.Abs(knots[k] - knots[0] - k * (knots[^1] - knots[0]) / (knots.Length - 1)) <= 1e-9 * (knots[^1] - knots[0])))
                throw new ArgumentException("The knots of a term do not ascend by equal steps.", nameof(knots));
        (this.own, this.values, first, spacing) = (own, values.ToArray(), knots[0], (knots[^1] - knots[0]) / (knots.Length - 1));
        Parameters = [.. Enumerable.Range(0, knots.Length).Select(k => FormattableString.Invariant($"knot {k}"))];
    }

    /// <inheritdoc/>
    public int Width => own.Width;

    /// <inheritdoc/>
    public Domain Domain => own.Domain;

    /// <inheritdoc/>
    public DefaultPrior? DefaultPrior => own.DefaultPrior;

    /// <inheritdoc/>
    public IReadOnlyList<string> Parameters { get; }

    /// <inheritdoc/>
    public double ParameterValue(int index) => values[index];

    /// <summary>g with values at such knots.</summary>
    public static double At(double x, ReadOnlySpan<double> knots, ReadOnlySpan<double> values)
    {
        var (knot, share) = Place(x, knots[0], (knots[^1] - knots[0]) / (knots.Length - 1), knots.Length);
        return values[knot] + share * (values[knot + 1] - values[knot]);
    }

    /// <inheritdoc/>
    public void Evaluate<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        own.Evaluate(t, x, dxdt);
        for (var row = 0; row < x.Rows; row++)
        {
            var g = parameters.For(row);
            var from = x[row];
            var to = dxdt[row];
            for (var i = 0; i < from.Length; i++)
            {
                var (knot, share) = Place(from[i]);
                to[i] += g[knot] + share * (g[knot + 1] - g[knot]);
            }
        }
    }

    /// <inheritdoc/>
    public void Tangent<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dx, ReadOnlyBatch<T> dParameters, Batch<T> ddxdt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        own.Tangent(t, x, dx, ddxdt);
        using var frame = Scratch.Enter();
        var slopes = frame.Rent<T>(1, Width)[0];
        var shares = frame.Rent<T>(1, Width)[0];
        var product = frame.Rent<T>(1, Width)[0];
        var knots = frame.Rent<T>(1, Width)[0];
        for (var row = 0; row < dx.Rows; row++)
        {
            if (row == 0 || x.Rows > 1 || parameters.Rows > 1)
                Slopes(x.For(row), parameters.For(row), knots, shares, slopes);
            var to = ddxdt[row];
            var dg = dParameters.For(row);
            TensorPrimitives.Multiply(slopes, dx[row], product);
            TensorPrimitives.Add<T>(to, product, to);
            if (!dg.ContainsAnyExcept(T.Zero))
                continue;
            for (var i = 0; i < to.Length; i++)
            {
                var knot = int.CreateTruncating(knots[i]);
                to[i] += dg[knot] + shares[i] * (dg[knot + 1] - dg[knot]);
            }
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dxdtBar, Batch<T> xBar, Batch<T> parametersBar)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        own.AddAdjoint(t, x, dxdtBar, xBar);
        using var frame = Scratch.Enter();
        var slopes = frame.Rent<T>(1, Width)[0];
        var shares = frame.Rent<T>(1, Width)[0];
        var knots = frame.Rent<T>(1, Width)[0];
        for (var row = 0; row < dxdtBar.Rows; row++)
        {
            Slopes(x.For(row), parameters.For(row), knots, shares, slopes);
            var from = dxdtBar[row];
            var to = xBar[row];
            TensorPrimitives.MultiplyAdd(slopes, from, to, to);
            if (parametersBar.Rows == 0)
                continue;
            var g = parametersBar.For(row);
            for (var i = 0; i < from.Length; i++)
            {
                var knot = int.CreateTruncating(knots[i]);
                g[knot] += (T.One - shares[i]) * from[i];
                g[knot + 1] += shares[i] * from[i];
            }
        }
    }

    /// <summary>Where each component lies, and how steep g is there.</summary>
    private void Slopes<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> parameters, Span<T> knots, Span<T> shares, Span<T> slopes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var unit = T.CreateTruncating(1 / spacing);
        for (var i = 0; i < x.Length; i++)
        {
            var (knot, share) = Place(x[i]);
            (knots[i], shares[i], slopes[i]) = (T.CreateTruncating(knot), share, unit * (parameters[knot + 1] - parameters[knot]));
        }
    }

    private (int Knot, T Share) Place<T>(T x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Place(x, T.CreateTruncating(first), T.CreateTruncating(spacing), values.Length);

    /// <summary>The knot on the left, of those with one on the right, and how far from it, in spacings; below 0 or above 1 beyond the knots.</summary>
    private static (int Knot, T Share) Place<T>(T x, T first, T spacing, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var place = (x - first) / spacing;
        var knot = T.IsNaN(place) ? 0 : int.CreateSaturating(T.Clamp(T.Floor(place), T.Zero, T.CreateTruncating(count - 2)));
        return (knot, place - T.CreateTruncating(knot));
    }
}
