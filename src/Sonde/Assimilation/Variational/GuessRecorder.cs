using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>Keeps what the first part of a hybrid method believes at each time of a window, and what its background check left of the observations.</summary>
/// <param name="priors">Times of which the covariance is kept, too.</param>
/// <param name="forecasts">Where its forecasts are passed on to; null for nowhere.</param>
internal sealed class GuessRecorder(GridTime[] priors, IAnalysisObserver? forecasts) : IAnalysisObserver
{
    /// <summary>Means of the last report on each time.</summary>
    public Dictionary<GridTime, double[]> States { get; } = [];

    /// <summary>Mean and covariance, or variances where there is no covariance, of the last report on the times of priors.</summary>
    public Dictionary<GridTime, GaussianBelief> Beliefs { get; } = [];

    /// <summary>By index.</summary>
    public Dictionary<int, Observation> Judged { get; } = [];

    public void OnForecast(Observation observation, IBelief belief, ReadOnlyBatch<double> predicted)
    {
        Judged[observation.Index] = observation;
        forecasts?.OnForecast(observation, belief, predicted);
    }

    public void OnAnalysis(Observation observation, IBelief belief) => Keep(observation.At, belief);

    public void OnSmoothed(Observation observation, IBelief belief) => Keep(observation.At, belief);

    /// <summary>A belief about a time.</summary>
    public void Keep(GridTime at, IBelief belief)
    {
        var mean = States[at] = new double[belief.Width];
        belief.Mean(mean);
        if (Array.IndexOf(priors, at) < 0)
            return;
        if (belief is GaussianBelief { Covariance: null })
        {
            var variance = new double[belief.Width];
            belief.Variance(variance);
            Beliefs[at] = new(mean, variance);
            return;
        }
        Beliefs[at] = new(mean, BeliefConversion.ToGaussian(belief).Covariance!.Copy());
    }
}
