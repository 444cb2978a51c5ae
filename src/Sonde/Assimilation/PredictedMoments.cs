using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation;

/// <summary>Mean and variance of what a belief predicts for observations, without their errors.</summary>
public static class PredictedMoments
{
    /// <summary>Of an ensemble from its members' predictions; of a Gaussian by the tangent at its mean.</summary>
    public static void Of(IObservationOperator instrument, IBelief belief, Span<double> mean, Span<double> variance)
    {
        using var frame = Scratch.Enter();
        if (belief is EnsembleBelief ensemble)
        {
            var predicted = frame.Rent(ensemble.Members.Rows, mean.Length);
            instrument.Apply(ensemble.Members, predicted);
            Of(instrument, belief, predicted, mean, variance);
            return;
        }
        instrument.Apply(new ReadOnlyBatch<double>(((GaussianBelief)belief).MeanState), new Batch<double>(mean));
        Variance(instrument, (GaussianBelief)belief, variance);
    }

    /// <summary>The same where the predictions are known: those of the members, [N, m], or that of the mean, [1, m].</summary>
    public static void Of(IObservationOperator instrument, IBelief belief, ReadOnlyBatch<double> predicted, Span<double> mean, Span<double> variance)
    {
        if (belief is EnsembleBelief ensemble)
        {
            Moments.Mean(predicted, ensemble.Weights, mean);
            Moments.Variance(predicted, ensemble.Weights, mean, variance);
            return;
        }
        predicted[0].CopyTo(mean);
        Variance(instrument, (GaussianBelief)belief, variance);
    }

    /// <summary>The mean alone.</summary>
    public static void Mean(IObservationOperator instrument, IBelief belief, Span<double> mean)
    {
        if (belief is not EnsembleBelief ensemble)
        {
            instrument.Apply(new ReadOnlyBatch<double>(((GaussianBelief)belief).MeanState), new Batch<double>(mean));
            return;
        }
        using var frame = Scratch.Enter();
        var predicted = frame.Rent(ensemble.Members.Rows, mean.Length);
        instrument.Apply(ensemble.Members, predicted);
        Moments.Mean(predicted, ensemble.Weights, mean);
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
