using Sonde.Assimilation.Filters;
using Sonde.Numerics;

namespace Sonde.Assimilation.Baselines;

/// <summary>
/// Best linear estimate from a background that never changes, anew at every observation time: nothing is carried from one
/// time to the next. Gandin, "Objective analysis of meteorological fields", 1963.
/// </summary>
/// <param name="Background">Where the mean and covariance come from: climatology or prior.</param>
/// <param name="Factor">Multiplies the covariance.</param>
/// <param name="Iterations">How often a nonlinear operator is linearised, 1 or more.</param>
public sealed record OptimalInterpolation(StaticBackground Background = StaticBackground.Climatology, double Factor = 1.0, int Iterations = 1)
    : IAssimilationMethod
{
    /// <summary>Multiplies the covariance, above 0.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Factor { get; init => field = Check.Positive(value, nameof(Factor)); } = Check.Positive(Factor, nameof(Factor));

    /// <summary>How often a nonlinear operator is linearised.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <inheritdoc/>
    public bool NeedsClimatology => Background == StaticBackground.Climatology;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => Background == StaticBackground.Identity
        ? "Optimal interpolation needs a background mean, from climatology or from the prior."
        : StaticBelief.Refuses(Background, problem);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random)
    {
        var background = StaticBelief.Of(Background, Factor, problem, prior);
        return new GaussianBelief([.. background.MeanState], background.Covariance!.Copy(), new Dictionary<string, Matrix<double>>
        {
            [StaticBelief.Mean] = new Matrix<double>(new ReadOnlyBatch<double>(background.MeanState)),
            [StaticBelief.Covariance] = background.Covariance!,
        });
    }

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var memory = background.Memory;
        var (mean, covariance) = (StaticBelief.Recall(background, StaticBelief.Mean), StaticBelief.Recall(background, StaticBelief.Covariance));
        var belief = background;
        for (var i = window.FirstNew; i < window.Observations.Count; i++)
        {
            var observation = window.Observations[i];
            belief = new GaussianBelief(mean.Values.ToArray(), covariance, memory);
            observation = GaussianAnalysis.ReportForecast(window, observation, belief);
            if (observation.Count > 0)
            {
                var (x, p) = (mean.Values.ToArray(), covariance.Copy());
                var degrees = GaussianAnalysis.Update(x, p, observation, Iterations);
                belief = new GaussianBelief(x, p, memory);
                if (double.IsNaN(degrees))
                    return new Analysis(belief, AnalysisStatus.Diverged, $"The innovation covariance at observation {observation.Index} is not positive definite.");
                window.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, degrees);
            }
            window.Observer.OnAnalysis(observation, belief);
        }
        return new Analysis(belief);
    }
}
