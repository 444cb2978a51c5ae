using System.Numerics.Tensors;

namespace Sonde.Observing.Operators;

/// <summary>√(Σ vᵢ²) of k values at one place, such as wind speed from its components; the derivative at 0 is taken as 0.</summary>
public sealed class Magnitude : IInstrument
{
    /// <summary>The length of a vector of <paramref name="inputs"/> components.</summary>
    public Magnitude(int inputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        Inputs = inputs;
    }

    /// <inheritdoc/>
    public string Name => "magnitude";

    /// <inheritdoc/>
    public int Inputs { get; }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<double> values, Span<double> readings)
    {
        readings.Clear();
        for (var k = 0; k < Inputs; k++)
        {
            var v = values.Slice(k * readings.Length, readings.Length);
            TensorPrimitives.MultiplyAdd(v, v, readings, readings);
        }
        TensorPrimitives.Sqrt(readings, readings);
    }

    /// <inheritdoc/>
    public void Slopes(ReadOnlySpan<double> values, Span<double> slopes)
    {
        var m = values.Length / Inputs;
        for (var i = 0; i < m; i++)
        {
            var sum = 0.0;
            for (var k = i; k < values.Length; k += m)
                sum += values[k] * values[k];
            var inverse = sum > 0 ? 1 / Math.Sqrt(sum) : 0;
            for (var k = i; k < values.Length; k += m)
                slopes[k] = values[k] * inverse;
        }
    }
}
