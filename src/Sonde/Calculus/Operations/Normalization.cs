using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// Each row, in equal parts, less a part's mean and over its standard deviation: y = w (x − μ) / √(σ² + ε) + b. Operands: x [rows, width],
/// w [1, n] and b [1, n], where each number of w and b serves width / n neighbours. One part and n = width is layer normalization (Ba et al.
/// 2016), several parts and a number for each channel is group normalization (Wu and He, ECCV 2018).
/// </summary>
/// <param name="parts">Parts of a row, 1 or more.</param>
/// <param name="epsilon">ε, above 0.</param>
public sealed class Normalization<T>(int parts = 1, double epsilon = 1e-5) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int parts = parts > 0 ? parts : throw new ArgumentException($"A row has 1 or more parts, not {parts}.", nameof(parts));
    private readonly T epsilon = epsilon > 0 ? T.CreateChecked(epsilon) : throw new ArgumentException($"ε is above 0, not {epsilon}.", nameof(epsilon));

    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        var (rows, weights) = (x.Size(0), x.Size(1));
        if (rows.Width == 0 || rows.Width % parts != 0)
            throw new ArgumentException($"Rows of {rows.Width} values have no {parts} equal parts.");
        if (weights.Rows != 1 || weights.Width == 0 || rows.Width % weights.Width != 0)
            throw new ArgumentException($"Weights of {weights} do not serve rows of {rows.Width} values.");
        if (x.Size(2) != weights)
            throw new ArgumentException($"A normalization with weights of {weights} needs as large a bias, not one of {x.Size(2)}.");
        return rows;
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        for (var row = 0; row < y.Rows; row++)
        {
            Standardize(x[0][row], y[row]);
            Spread(y[row], x[1].Values, x[2].Values);
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var standard = frame.Rent<T>(1, y.Width)[0];
        var rate = frame.Rent<T>(1, y.Width)[0];
        var factors = x[1].Values;
        var served = y.Width / factors.Length;
        for (var row = 0; row < y.Rows; row++)
        {
            rate.Clear();
            if (dx.Has(0))
                AddSlope(x[0][row], dx[0][row], standard, rate);
            else
                Standardize(x[0][row], standard);
            for (var i = 0; i < factors.Length; i++)
            {
                var to = dy[row].Slice(i * served, served);
                TensorPrimitives.MultiplyAdd(rate.Slice(i * served, served), factors[i], to, to);
                if (dx.Has(1))
                    TensorPrimitives.MultiplyAdd(standard.Slice(i * served, served), dx[1].Values[i], to, to);
                if (dx.Has(2))
                    TensorPrimitives.Add(to, dx[2].Values[i], to);
            }
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var standard = frame.Rent<T>(1, y.Width)[0];
        var rateBar = frame.Rent<T>(1, y.Width)[0];
        var factors = x[1].Values;
        var served = y.Width / factors.Length;
        for (var row = 0; row < y.Rows; row++)
        {
            for (var i = 0; xBar.Wants(0) && i < factors.Length; i++)
                TensorPrimitives.Multiply(yBar[row].Slice(i * served, served), factors[i], rateBar.Slice(i * served, served));
            if (xBar.Wants(0))
                AddSlope(x[0][row], rateBar, standard, xBar[0][row]);
            else
                Standardize(x[0][row], standard);
            for (var i = 0; i < factors.Length; i++)
            {
                var from = yBar[row].Slice(i * served, served);
                if (xBar.Wants(1))
                    xBar[1].Values[i] += TensorPrimitives.Dot(from, standard.Slice(i * served, served));
                if (xBar.Wants(2))
                    xBar[2].Values[i] += TensorPrimitives.Sum(from);
            }
        }
    }

    /// <summary>s = (x − μ) / √(σ² + ε), part by part.</summary>
    private void Standardize(ReadOnlySpan<T> x, Span<T> s)
    {
        var size = x.Length / parts;
        for (var part = 0; part < parts; part++)
            Standardize(x.Slice(part * size, size), s.Slice(part * size, size), T.CreateChecked(size));
    }

    /// <summary>One part; the result is 1 / √(σ² + ε).</summary>
    private T Standardize(ReadOnlySpan<T> x, Span<T> s, T n)
    {
        TensorPrimitives.Subtract(x, TensorPrimitives.Sum(x) / n, s);
        var scale = T.One / T.Sqrt(TensorPrimitives.SumOfSquares<T>(s) / n + epsilon);
        TensorPrimitives.Multiply(s, scale, s);
        return scale;
    }

    /// <summary>s as above and to += (ds/dx) from = (from − mean(from) − s mean(s from)) / √(σ² + ε): a symmetric matrix.</summary>
    private void AddSlope(ReadOnlySpan<T> x, ReadOnlySpan<T> from, Span<T> s, Span<T> to)
    {
        var size = x.Length / parts;
        var n = T.CreateChecked(size);
        for (var part = 0; part < parts; part++)
        {
            ReadOnlySpan<T> g = from.Slice(part * size, size);
            var standard = s.Slice(part * size, size);
            var sum = to.Slice(part * size, size);
            var scale = Standardize(x.Slice(part * size, size), standard, n);
            TensorPrimitives.MultiplyAdd(g, scale, sum, sum);
            TensorPrimitives.MultiplyAdd(standard, -scale * TensorPrimitives.Dot(standard, g) / n, sum, sum);
            TensorPrimitives.Add(sum, -scale * TensorPrimitives.Sum(g) / n, sum);
        }
    }

    private static void Spread(Span<T> y, ReadOnlySpan<T> factors, ReadOnlySpan<T> bias)
    {
        var served = y.Length / factors.Length;
        if (served == 1)
            TensorPrimitives.MultiplyAdd(y, factors, bias, y);
        else
            for (var i = 0; i < factors.Length; i++)
            {
                var part = y.Slice(i * served, served);
                TensorPrimitives.Multiply(part, factors[i], part);
                TensorPrimitives.Add(part, bias[i], part);
            }
    }
}
