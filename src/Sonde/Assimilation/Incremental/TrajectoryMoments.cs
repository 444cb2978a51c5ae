using System.Numerics.Tensors;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Incremental;

/// <summary>Mean and covariance of whole trajectories, x = N(μ, P): the coarsest prior, and the estimate that observations make of it.</summary>
/// <param name="Mean">μ, [d].</param>
/// <param name="Covariance">P, [d, d].</param>
internal sealed record TrajectoryMoments(double[] Mean, Matrix<double> Covariance)
{
    /// <summary>The moments of samples, [any, d].</summary>
    public static TrajectoryMoments Of(ReadOnlyBatch<double> samples)
    {
        var mean = new double[samples.Width];
        var covariance = new Matrix<double>(samples.Width, samples.Width);
        var anomalies = new Matrix<double>(samples);
        Moments.Center(anomalies, mean);
        Dense.MultiplyTransposedLeft(1.0 / Math.Max(1, samples.Rows - 1), anomalies, anomalies, 0, covariance);
        return new(mean, covariance);
    }

    /// <summary>The estimate z from observations whose operators are linearised around it, and what is still uncertain of each number.</summary>
    /// <param name="scale">Normalizes states.</param>
    /// <param name="observations">One a time.</param>
    /// <param name="linearizations">How often; around μ at first.</param>
    /// <param name="z">[d], overwritten.</param>
    /// <param name="variance">[d], overwritten.</param>
    /// <param name="states">Covariances of the states one under the other, [d, n], overwritten; no rows to leave them out.</param>
    /// <returns>The last linearization; null where numbers are not finite.</returns>
    public TrajectoryEvidence? Estimate(
        NormalizedColumns<double> scale, IReadOnlyList<Observation> observations, int linearizations, Span<double> z, Span<double> variance, Batch<double> states = default)
    {
        using var frame = Scratch.Enter();
        var along = frame.Rent(1, Mean.Length)[0];
        Mean.CopyTo(along);
        for (var count = 1; ; count++)
        {
            var evidence = new TrajectoryEvidence(scale, observations, along);
            if (!Interpolate(evidence, z, variance, states))
                return null;
            if (count == linearizations)
                return evidence;
            z.CopyTo(along);
        }
    }

    /// <summary>z = μ + P Gᵀ (G P Gᵀ + I)⁻¹ (g − G μ).</summary>
    /// <param name="evidence">G and g.</param>
    /// <param name="z">[d], overwritten.</param>
    /// <param name="variance">[d], overwritten.</param>
    /// <param name="states">Covariances of the states one under the other, [d, n], overwritten; no rows to leave them out.</param>
    public bool Interpolate(TrajectoryEvidence evidence, Span<double> z, Span<double> variance, Batch<double> states)
    {
        var (d, m) = (Mean.Length, evidence.Count);
        using var frame = Scratch.Enter();
        var rows = frame.Rent(m, d);                    // G P
        var s = frame.RentCleared(m, m);                // G P Gᵀ + I, then its factor
        var gain = frame.Rent(d, m);
        var departures = frame.Rent(1, m);
        evidence.Project(Mean, Covariance, rows, departures[0]);
        evidence.Apply(rows, s);
        for (var k = 0; k < m; k++)
            s[k, k] += 1;
        if (!Cholesky.Factor(s))
            return false;
        Dense.Transpose<double>(rows, gain);
        Cholesky.SolveLower(s, gain);
        Cholesky.SolveLower(s, departures);
        for (var i = 0; i < d; i++)
        {
            z[i] = Mean[i] + TensorPrimitives.Dot<double>(gain[i], departures[0]);
            variance[i] = Math.Max(0, Covariance[i, i] - TensorPrimitives.SumOfSquares<double>(gain[i]));
        }
        for (var row = 0; row < states.Rows; row++)
        {
            var first = row / states.Width * states.Width;
            for (var j = 0; j < states.Width; j++)
                states[row, j] = Covariance[row, first + j] - TensorPrimitives.Dot<double>(gain[row], gain[first + j]);
        }
        return Moments.AllFinite(z);
    }
}
