using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Baselines;

/// <summary>
/// The extended Kalman filter: mean and full covariance, the covariance by the tangent of the steps. Exact for linear systems
/// and Gaussian errors. Jazwinski, "Stochastic processes and filtering theory", 1970, theorem 8.1.
/// </summary>
/// <param name="Inflation">Factor on the covariance for each unit of time: the power Δt of it multiplies F P Fᵀ.</param>
/// <param name="Iterations">How often a nonlinear operator is linearised, 1 or more: the iterated filter.</param>
public sealed record ExtendedKalman(double Inflation = 1.0, int Iterations = 1) : IGaussianMethod
{
    /// <summary>Factor on the covariance for each unit of time, above 0.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Inflation { get; init => field = Check.Positive(value, nameof(Inflation)); } = Check.Positive(Inflation, nameof(Inflation));

    /// <summary>How often a nonlinear operator is linearised.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => GaussianForecast.Refuses(problem.System);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => BeliefConversion.ToGaussian(prior.Moments());

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var start = BeliefConversion.ToGaussian(background);
        var mean = new Matrix<double>(new ReadOnlyBatch<double>(start.MeanState));
        var covariance = start.Covariance!.Copy();
        var at = window.Start;
        for (var i = window.FirstNew; i < window.Observations.Count; i++)
        {
            var observation = window.Observations[i];
            Forecast(at, observation.At);
            at = observation.At;
            if (!Moments.AllFinite(mean.Values) || !Moments.AllFinite(covariance.Values))
                return new Analysis(Belief(), AnalysisStatus.Diverged, $"The forecast to observation {observation.Index} is not finite.");
            observation = GaussianAnalysis.ReportForecast(window, observation, Belief());
            if (observation.Count > 0)
            {
                var degrees = GaussianAnalysis.Update(mean[0], covariance, observation, Iterations);
                if (double.IsNaN(degrees))
                    return new Analysis(Belief(), AnalysisStatus.Diverged, $"The innovation covariance at observation {observation.Index} is not positive definite.");
                window.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, degrees);
            }
            window.Observer.OnAnalysis(observation, Belief());
        }
        if (at < window.NextStart)
            Forecast(at, window.NextStart);
        return new Analysis(Belief());

        void Forecast(GridTime from, GridTime to) =>
            GaussianForecast.Run(window.System, window.Grid, from, to, mean, covariance, Inflation, window.Workers);

        GaussianBelief Belief() => new(mean.Values.ToArray(), covariance, background.Memory);
    }
}
