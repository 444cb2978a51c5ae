using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>Images, a row each, with a factor and a shift for each channel: y = a x + b. Operands: x [rows, channels × pixels], a [1, channels], b [1, channels].</summary>
public sealed class ChannelScale<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static ChannelScale<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => Channels.Measure(x, "a scale");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        Channels.Fill(x[2].Values, y);
        AddScaled(x[1].Values, x[0], y);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        if (dx.Has(0))
            AddScaled(x[1].Values, dx[0], dy);
        if (dx.Has(1))
            AddScaled(dx[1].Values, x[0], dy);
        if (dx.Has(2))
            Channels.Add(dx[2].Values, dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        if (xBar.Wants(0))
            AddScaled(x[1].Values, yBar, xBar[0]);
        if (xBar.Wants(2))
            Channels.AddSums(yBar, xBar[2].Values);
        if (!xBar.Wants(1))
            return;
        var factors = xBar[1].Values;
        var pixels = y.Width / factors.Length;
        for (var row = 0; row < yBar.Rows; row++)
            for (var channel = 0; channel < factors.Length; channel++)
                factors[channel] += TensorPrimitives.Dot(yBar[row].Slice(channel * pixels, pixels), x[0][row].Slice(channel * pixels, pixels));
    }

    private static void AddScaled(ReadOnlySpan<T> factors, ReadOnlyBatch<T> x, Batch<T> y)
    {
        var pixels = y.Width / factors.Length;
        for (var row = 0; row < y.Rows; row++)
            for (var channel = 0; channel < factors.Length; channel++)
            {
                var to = y[row].Slice(channel * pixels, pixels);
                TensorPrimitives.MultiplyAdd(x[row].Slice(channel * pixels, pixels), factors[channel], to, to);
            }
    }
}
