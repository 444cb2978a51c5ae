using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Particles;

/// <summary>
/// The likelihood of each value on its own, for methods that take values one by one or give each a power. Where errors are
/// correlated, R = L Lᵀ, they are of the combinations L⁻¹ y, and combination j keeps the place of value j.
/// </summary>
internal static class ScalarLikelihoods
{
    /// <summary>predicted ← L⁻¹ of it and values ← L⁻¹ y where errors are correlated; else predicted stays and values ← y.</summary>
    public static void Separate(Observation observation, Batch<double> predicted, Span<double> values)
    {
        observation.Values.Span.CopyTo(values);
        if (observation.Error.IsDiagonal)
            return;
        observation.Error.Whiten(predicted);
        observation.Error.Whiten(new Batch<double>(values));
    }

    /// <summary>log p(yⱼ | what each member predicts) up to a constant, [N].</summary>
    /// <param name="error">Of all values, before <see cref="Separate"/>.</param>
    /// <param name="j">Which value or combination.</param>
    /// <param name="value">yⱼ.</param>
    /// <param name="predicted">[N].</param>
    /// <param name="scale">Divides departures: an inflation of the error's standard deviation.</param>
    /// <param name="result">[N].</param>
    public static void Log(IObservationError error, int j, double value, ReadOnlySpan<double> predicted, double scale, Span<double> result)
    {
        using var frame = Scratch.Enter();
        var departures = frame.Rent(predicted.Length, 1);
        TensorPrimitives.Subtract(value, predicted, departures.Values);
        TensorPrimitives.Divide(departures.Values, scale, departures.Values);
        if (error.IsDiagonal)
        {
            error.Select([j]).LogDensity(departures, result);
            return;
        }
        TensorPrimitives.Multiply(departures.Values, departures.Values, result);
        TensorPrimitives.Multiply(result, -0.5, result);
    }
}
