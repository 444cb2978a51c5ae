using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Particles;

/// <summary>Weights of particles, multiplied in log space so that far observations do not underflow.</summary>
internal static class ImportanceWeights
{
    /// <summary>The reason given when no particle is left.</summary>
    public const string Degenerate = "Every particle has likelihood zero or not a number.";

    /// <summary>1/N each where null.</summary>
    public static double[] Of(EnsembleBelief belief)
    {
        var weights = belief.Weights?.AsSpan().ToArray() ?? new double[belief.Members.Rows];
        if (belief.Weights is null)
            Array.Fill(weights, 1.0 / weights.Length);
        return weights;
    }

    /// <summary>w ← w exp(log likelihood), normalised. A particle whose likelihood is not a number gets weight 0.</summary>
    /// <returns>1 / Σ w², the effective sample size; NaN where no particle has a positive weight.</returns>
    public static double Multiply(Span<double> weights, ReadOnlySpan<double> logLikelihood)
    {
        using var frame = Scratch.Enter();
        var logs = frame.Rent(1, weights.Length)[0];
        var largest = double.NegativeInfinity;
        for (var n = 0; n < weights.Length; n++)
        {
            logs[n] = Math.Log(weights[n]) + logLikelihood[n];
            if (double.IsNaN(logs[n]))
                logs[n] = double.NegativeInfinity;
            largest = Math.Max(largest, logs[n]);
        }
        if (!double.IsFinite(largest))
            return double.NaN;
        TensorPrimitives.Subtract(logs, largest, logs);
        TensorPrimitives.Exp(logs, weights);
        TensorPrimitives.Divide(weights, TensorPrimitives.Sum<double>(weights), weights);
        return 1 / TensorPrimitives.SumOfSquares<double>(weights);
    }

    /// <summary>log p(y | member), [N].</summary>
    /// <param name="observation">What was observed.</param>
    /// <param name="predicted">H of every member, [N, m].</param>
    /// <param name="logLikelihood">[N].</param>
    public static void LogLikelihood(Observation observation, ReadOnlyBatch<double> predicted, Span<double> logLikelihood)
    {
        using var frame = Scratch.Enter();
        var departures = frame.Rent(predicted.Rows, predicted.Width);
        for (var n = 0; n < predicted.Rows; n++)
            TensorPrimitives.Subtract(observation.Values.Span, predicted[n], departures[n]);
        observation.Error.LogDensity(departures, logLikelihood);
    }
}
