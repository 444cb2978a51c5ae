using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Experiments.Running;

/// <summary>Mean and variance of what a belief predicts for observations, without their errors.</summary>
internal static class PredictedMoments
{
    /// <summary>Of an ensemble from its members' predictions; of a Gaussian by the tangent at its mean.</summary>
    public static void Of(IObservationOperator instrument, IBelief belief, Span<double> mean, Span<double> variance)
    {
        using var frame = Scratch.Enter();
        if (belief is EnsembleBelief ensemble)
        {
            var predicted = frame.Rent(ensemble.Members.Rows, mean.Length);
            instrument.Apply(ensemble.Members, predicted);
            Moments.Mean(predicted, ensemble.Weights, mean);
            Moments.Variance(predicted, ensemble.Weights, mean, variance);
            return;
        }
        var gaussian = (GaussianBelief)belief;
        instrument.Apply(new ReadOnlyBatch<double>(gaussian.MeanState), new Batch<double>(mean));
        Variance(instrument, gaussian, variance);
    }

    /// <summary>
    /// The diagonal of H P Hᵀ. Where only variances are kept, neighbors that one observation reads count as fully correlated:
    /// (Σ |h| σ)², exact for an observation of one component.
    /// </summary>
    public static void Variance(IObservationOperator instrument, GaussianBelief belief, Span<double> variance)
    {
        using var frame = Scratch.Enter();
        var (n, m) = (belief.Width, variance.Length);
        var pick = frame.RentCleared(m, m);
        for (var j = 0; j < m; j++)
            pick[j, j] = 1;
        var rows = frame.RentCleared(m, n);                              // row j is ∂H_j/∂x
        instrument.AddAdjoint(new ReadOnlyBatch<double>(belief.MeanState), pick, rows);
        if (belief.Structure is { } structure)
        {
            structure.VariancesOf(rows, variance);
            return;
        }
        if (belief.Covariance is { } covariance)
        {
            var product = frame.Rent(m, n);
            Dense.Multiply(rows, covariance, product);
            for (var j = 0; j < m; j++)
                variance[j] = TensorPrimitives.Dot<double>(product[j], rows[j]);
            return;
        }
        var deviation = frame.Rent(1, n)[0];
        belief.Variance(deviation);
        TensorPrimitives.Sqrt(deviation, deviation);
        for (var j = 0; j < m; j++)
        {
            TensorPrimitives.Abs<double>(rows[j], rows[j]);
            var sum = TensorPrimitives.Dot<double>(rows[j], deviation);
            variance[j] = sum * sum;
        }
    }
}
