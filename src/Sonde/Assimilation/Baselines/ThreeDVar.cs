using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Baselines;

/// <summary>
/// 3D-Var: the forecast of the last analysis, corrected with a background covariance that never changes. The minimum of
/// ½ (x − x_b)ᵀ B⁻¹ (x − x_b) + ½ (y − H(x))ᵀ R⁻¹ (y − H(x)) by Gauss-Newton steps, each solved exactly among the
/// observations. Lorenc, Q. J. R. Meteorol. Soc. 112, 1986, eqs. 16-23. The analysis is believed with (I − K H) B.
/// </summary>
/// <param name="Background">Where B comes from.</param>
/// <param name="Factor">Multiplies B.</param>
/// <param name="Iterations">Gauss-Newton steps, 1 or more; a linear operator needs one.</param>
public sealed record ThreeDVar(StaticBackground Background = StaticBackground.Climatology, double Factor = 1.0, int Iterations = 1) : IGaussianMethod
{
    /// <summary>Multiplies B, above 0.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Factor { get; init => field = Check.Positive(value, nameof(Factor)); } = Check.Positive(Factor, nameof(Factor));

    /// <summary>Gauss-Newton steps.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <inheritdoc/>
    public bool NeedsClimatology => Background == StaticBackground.Climatology;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => StaticBelief.Refuses(Background, problem) ?? GaussianForecast.Refuses(problem.System);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random)
    {
        var covariance = StaticBelief.Of(Background, Factor, problem, prior).Covariance!;
        var moments = BeliefConversion.ToGaussian(prior.Moments());
        return new GaussianBelief([.. moments.MeanState], moments.Covariance!.Copy(), new Dictionary<string, Matrix<double>>
        {
            [StaticBelief.Covariance] = covariance,
        });
    }

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var memory = background.Memory;
        var b = StaticBelief.Recall(background, StaticBelief.Covariance);
        var belief = BeliefConversion.ToGaussian(background);
        var at = window.Start;
        for (var i = window.FirstNew; i < window.Observations.Count; i++)
        {
            var observation = window.Observations[i];
            belief = Forecast(window, belief, at, observation.At, b);
            at = observation.At;
            observation = GaussianAnalysis.ReportForecast(window, observation, belief);
            var degrees = 0.0;
            if (observation.Count > 0)
            {
                var (x, p) = (belief.MeanState, b.Copy());
                degrees = GaussianAnalysis.Update(x, p, observation, Iterations);
                belief = new GaussianBelief(x, p, memory);
            }
            if (double.IsNaN(degrees) || !Moments.AllFinite(belief.MeanState))
                return new Analysis(belief, AnalysisStatus.Diverged, $"The forecast to observation {observation.Index} or its innovation covariance is not finite.");
            window.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, degrees);
            window.Observer.OnAnalysis(observation, belief);
        }
        return new Analysis(at < window.NextStart ? Forecast(window, belief, at, window.NextStart, b) : belief);
    }

    private static GaussianBelief Forecast(AssimilationWindow window, GaussianBelief belief, GridTime from, GridTime to, Matrix<double> b)
    {
        var mean = new Matrix<double>(new ReadOnlyBatch<double>(belief.MeanState));
        GaussianForecast.Run(window.System, window.Grid, from, to, mean);
        return new GaussianBelief(mean.Values.ToArray(), b, belief.Memory);
    }
}
