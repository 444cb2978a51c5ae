using Sonde.Numerics;

namespace Sonde.Assimilation.Baselines;

/// <summary>
/// The belief at any time is the mean and covariance of the system's own long run, whatever is observed: what a method must
/// beat to be worth running.
/// </summary>
public sealed record Climatology : IAssimilationMethod
{
    /// <inheritdoc/>
    public bool NeedsClimatology => true;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => StaticBelief.Refuses(StaticBackground.Climatology, problem);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => problem.Climatology!;

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        for (var i = window.FirstNew; i < window.Observations.Count; i++)
        {
            var observation = GaussianAnalysis.ReportForecast(window, window.Observations[i], background);
            window.Observer.OnAnalysis(observation, background);
        }
        return new Analysis(background);
    }
}
