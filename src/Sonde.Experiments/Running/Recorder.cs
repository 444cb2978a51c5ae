using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>Listens to a method, scores what it believes, and keeps what the results and the report need.</summary>
public sealed class Recorder : IAnalysisObserver
{
    private readonly PreparedExperiment experiment;
    private readonly StateHistory? history;
    private readonly DivergenceMonitor monitor = new();

    /// <summary>Scores against the experiment's truth, and stores the analysis where there is a history to store it in.</summary>
    public Recorder(PreparedExperiment experiment, StateHistory? history)
    {
        (this.experiment, this.history) = (experiment, history);
        Series = new SeriesTable(experiment.Observations.Count);
    }

    /// <summary>Everything recorded, by observation time.</summary>
    public SeriesTable Series { get; }

    /// <summary>The first observation time at which innovations showed that the truth was lost; null where it was not.</summary>
    public int? LostAt => monitor.LostAt;

    /// <inheritdoc/>
    public void OnForecast(Observation observation, IBelief belief, ReadOnlyBatch<double> predicted)
    {
        var k = observation.Index;
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, belief.Width)[0];
        var variance = frame.Rent(1, belief.Width)[0];
        belief.Mean(mean);
        if (experiment.Truth is { } truth)
            Series["forecastRmse"][k] = RootMeanSquare(mean, truth[k]);
        belief.Variance(variance);
        Series["forecastSpread"][k] = Math.Sqrt(TensorPrimitives.Sum<double>(variance) / variance.Length);
        if (observation.Count == 0 || predicted.Rows == 0)
            return;
        var predictedMean = frame.Rent(1, observation.Count)[0];
        var predictedVariance = frame.RentCleared(1, observation.Count)[0];
        if (belief is EnsembleBelief ensemble)
        {
            Moments.Mean(predicted, ensemble.Weights, predictedMean);
            Moments.Variance(predicted, ensemble.Weights, predictedMean, predictedVariance);
        }
        else
        {
            predicted[0].CopyTo(predictedMean);
            PredictedVariance(observation, (GaussianBelief)belief, predictedVariance);
        }
        var check = DivergenceMonitor.Check(observation, predictedMean, predictedVariance);
        (Series["consistency"][k], Series["innovationSquare"][k]) = (check.Consistency, check.Square);
        monitor.Watch(observation, check);
    }

    /// <inheritdoc/>
    public void OnAnalysis(Observation observation, IBelief belief) => Score(observation.Index, belief, smoothed: false);

    /// <inheritdoc/>
    public void OnSmoothed(Observation observation, IBelief belief) => Score(observation.Index, belief, smoothed: true);

    /// <inheritdoc/>
    public void OnDiagnostic(Observation observation, string name, double value) => Series[name][observation.Index] = value;

    /// <summary>After <see cref="Series"/> was restored from a checkpoint: brings the divergence monitor to the same state.</summary>
    public void Replay()
    {
        var consistency = Series.Find("consistency");
        var square = Series.Find("innovationSquare");
        for (var k = 0; consistency is not null && k < Series.Times; k++)
            if (!double.IsNaN(consistency[k]))
                monitor.Watch(experiment.Observations[k], new InnovationCheck(consistency[k], square![k]));
    }

    private void Score(int k, IBelief belief, bool smoothed)
    {
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, belief.Width)[0];
        var variance = frame.Rent(1, belief.Width)[0];
        belief.Mean(mean);
        belief.Variance(variance);
        var spread = Math.Sqrt(TensorPrimitives.Sum<double>(variance) / variance.Length);
        if (smoothed)
        {
            Series["smoothedSpread"][k] = spread;
            if (experiment.Truth is { } whole)
                Series["smoothedRmse"][k] = RootMeanSquare(mean, whole[k]);
            return;
        }
        history?.Keep(k, belief, mean, variance);
        Series["spread"][k] = spread;
        if (experiment.Truth is not { } truth)
            return;
        Series["rmse"][k] = RootMeanSquare(mean, truth[k]);
        Series["relativeRmse"][k] = TensorPrimitives.Distance<double>(mean, truth[k]) / TensorPrimitives.Norm<double>(truth[k]);
    }

    /// <summary>
    /// The diagonal of H P Hᵀ. Where only variances are kept, neighbors that one observation reads count as fully correlated:
    /// (Σ |h| σ)², exact for an observation of one component.
    /// </summary>
    private static void PredictedVariance(Observation observation, GaussianBelief belief, Span<double> variance)
    {
        using var frame = Scratch.Enter();
        var (n, m) = (belief.Width, observation.Count);
        var pick = frame.RentCleared(m, m);
        for (var j = 0; j < m; j++)
            pick[j, j] = 1;
        var rows = frame.RentCleared(m, n);                              // row j is ∂H_j/∂x
        observation.Operator.AddAdjoint(new ReadOnlyBatch<double>(belief.MeanState), pick, rows);
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

    private static double RootMeanSquare(ReadOnlySpan<double> a, ReadOnlySpan<double> b) =>
        TensorPrimitives.Distance(a, b) / Math.Sqrt(a.Length);
}
