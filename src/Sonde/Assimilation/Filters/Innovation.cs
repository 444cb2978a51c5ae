using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>What an update learns from, in units of the observation errors.</summary>
internal static class Innovation
{
    /// <summary>predicted ← Y = (H(E) − ȳ) L⁻ᵀ and departure ← (y − ȳ) L⁻ᵀ, with R = L Lᵀ.</summary>
    /// <param name="predicted">H(E), [N, m].</param>
    /// <param name="observation">y and R.</param>
    /// <param name="departure">[m].</param>
    public static void Whiten(Batch<double> predicted, Observation observation, Span<double> departure)
    {
        Center(predicted, observation, departure);
        observation.Error.Whiten(predicted);
        observation.Error.Whiten(new Batch<double>(departure));
    }

    /// <summary>predicted ← H(E) − ȳ and departure ← y − ȳ.</summary>
    public static void Center(Batch<double> predicted, Observation observation, Span<double> departure)
    {
        Moments.Center(predicted, departure);
        TensorPrimitives.Subtract(observation.Values.Span, departure, departure);
    }
}
