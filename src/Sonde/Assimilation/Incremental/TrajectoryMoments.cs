using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>Mean and covariance of whole trajectories, between any two of their numbers.</summary>
/// <param name="Mean">μ, [d].</param>
/// <param name="Covariance">P, [d, d].</param>
internal sealed record TrajectoryMoments(double[] Mean, Matrix<double> Covariance) : ITrajectoryMoments
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

    /// <summary>The name under which P is saved.</summary>
    public const string Name = "trajectory covariance";

    /// <inheritdoc/>
    ReadOnlySpan<double> ITrajectoryMoments.Mean => Mean;

    /// <inheritdoc/>
    public (string Name, Matrix<double> Array) Saved => (Name, Covariance);

    /// <inheritdoc/>
    public double Variance(int number) => Covariance[number, number];

    /// <inheritdoc/>
    void ITrajectoryMoments.Covariance(int time, Batch<double> covariance)
    {
        var n = covariance.Width;
        for (var i = 0; i < n; i++)
            Covariance[time * n + i].Slice(time * n, n).CopyTo(covariance[i]);
    }

    /// <inheritdoc/>
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
