using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>Means, variances and anomalies of ensembles. Sums run over members in order, so results never depend on threads.</summary>
public static class Moments
{
    /// <summary>mean ← the (weighted) mean of the rows.</summary>
    public static void Mean(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, Span<double> mean)
    {
        mean.Clear();
        for (var n = 0; n < members.Rows; n++)
            if (weights.IsEmpty)
                TensorPrimitives.Add(members[n], mean, mean);
            else
                TensorPrimitives.MultiplyAdd(members[n], weights[n], mean, mean);
        if (weights.IsEmpty)
            TensorPrimitives.Multiply(mean, 1.0 / members.Rows, mean);
    }

    /// <summary>variance ← Σ w (x − x̄)² / (1 − Σ w²) of each column: unbiased for equal weights. Zero for a single member.</summary>
    public static void Variance(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, ReadOnlySpan<double> mean, Span<double> variance)
    {
        using var frame = Scratch.Enter();
        var anomaly = frame.Rent(1, members.Width)[0];
        variance.Clear();
        for (var n = 0; n < members.Rows; n++)
        {
            TensorPrimitives.Subtract(members[n], mean, anomaly);
            if (!weights.IsEmpty)
                TensorPrimitives.Multiply(anomaly, Math.Sqrt(weights[n]), anomaly);
            TensorPrimitives.MultiplyAdd(anomaly, anomaly, variance, variance);
        }
        var effective = weights.IsEmpty ? members.Rows - 1 : 1 - TensorPrimitives.SumOfSquares(weights);
        TensorPrimitives.Multiply(variance, effective > 0 ? 1 / effective : 0, variance);
    }

    /// <summary>Subtracts the mean from every row, in place, and returns it in <paramref name="mean"/>.</summary>
    public static void Center(Batch<double> members, Span<double> mean)
    {
        Mean(members, [], mean);
        for (var n = 0; n < members.Rows; n++)
            TensorPrimitives.Subtract(members[n], mean, members[n]);
    }

    /// <summary>Adds a row to every row, in place: the inverse of <see cref="Center"/>.</summary>
    public static void Shift(Batch<double> members, ReadOnlySpan<double> mean)
    {
        for (var n = 0; n < members.Rows; n++)
            TensorPrimitives.Add(members[n], mean, members[n]);
    }

    /// <summary>True where every number is finite, and so is the sum of their squares: beyond, no variance or distance can be formed.</summary>
    public static bool AllFinite(ReadOnlySpan<double> values) => double.IsFinite(TensorPrimitives.SumOfSquares(values));
}
