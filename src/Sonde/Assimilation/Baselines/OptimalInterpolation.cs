using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Representers;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Baselines;

/// <summary>
/// Best linear estimate from a background that never changes, anew at every observation time: nothing is carried from one
/// time to the next. Gandin, "Objective analysis of meteorological fields", 1963. With a window, the estimate in space and time
/// from the observations of that many times before and after, which is the Kalman smoother's where the window holds them all.
/// </summary>
/// <param name="Background">Where the mean and covariance come from: climatology or prior.</param>
/// <param name="Factor">Multiplies the covariance.</param>
/// <param name="Iterations">How often a nonlinear operator is linearised, 1 or more.</param>
/// <param name="Window">
/// At least so many observation times before and after each serve its smoothed estimate, and as many before it its analysis. Above 0
/// it needs a <see cref="IStationarySystem"/>, from whose own distribution it starts.
/// </param>
public sealed record OptimalInterpolation(
    StaticBackground Background = StaticBackground.Climatology, double Factor = 1.0, int Iterations = 1, int Window = 0) : IAssimilationMethod
{
    /// <summary>Multiplies the covariance, above 0.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Factor { get; init => field = Check.Positive(value, nameof(Factor)); } = Check.Positive(Factor, nameof(Factor));

    /// <summary>How often a nonlinear operator is linearised.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <summary>Observation times before and after.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Window { get; init => field = Check.AtLeast(0, value, nameof(Window)); } = Check.AtLeast(0, Window, nameof(Window));

    /// <summary>Twice the window is released at once, so that every observation is filtered twice.</summary>
    public WindowPlan Plan => Window == 0 ? WindowPlan.Filter
        : new WindowPlan((int)Math.Min(int.MaxValue, 4L * Window), (int)Math.Min(int.MaxValue, 2L * Window));

    /// <inheritdoc/>
    public bool NeedsClimatology => Background == StaticBackground.Climatology;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => Background == StaticBackground.Identity
        ? "Optimal interpolation needs a background mean, from climatology or from the prior."
        : Window > 0 && (Background != StaticBackground.Prior || Iterations > 1 || problem.System is not IStationarySystem { DefaultPrior.Correlated: not null })
        ? "Optimal interpolation with a window needs 'background: prior', one iteration, and a system of known correlation in time, such as ornstein-uhlenbeck."
        : StaticBelief.Refuses(Background, problem);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random)
    {
        if (Background == StaticBackground.Prior && (Window > 0 || IsSystems(prior, problem.System)))
        {
            var (own, deviations) = (problem.System.DefaultPrior!, problem.System.DefaultPrior!.Correlated!.StandardDeviations());
            var mean = prior is CorrelatedPrior correlated ? [.. correlated.Mean] : own.Mean;
            return new GaussianBelief(mean, [.. deviations.Select(sd => Factor * sd * sd)], Remember(mean));
        }
        var background = StaticBelief.Of(Background, Factor, problem, prior);
        return new GaussianBelief([.. background.MeanState], background.Covariance!.Copy(), new Dictionary<string, Matrix<double>>(Remember(background.MeanState))
        {
            [StaticBelief.Covariance] = background.Covariance!,
        });
    }

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) =>
        background.Memory.ContainsKey(StaticBelief.Covariance) ? AssimilateDense(window, background) : AssimilateAmongObservations(window, background);

    // Its covariance need not be kept, because the system has it.
    private bool IsSystems(IPrior prior, IDynamicalSystem system) =>
        Iterations == 1 && prior is CorrelatedPrior correlated && ReferenceEquals(correlated.Departures, system.DefaultPrior?.Correlated);

    private static Dictionary<string, Matrix<double>> Remember(double[] mean) => new() { [StaticBelief.Mean] = new Matrix<double>(new ReadOnlyBatch<double>(mean)) };

    private Analysis AssimilateAmongObservations(AssimilationWindow window, IBelief background)
    {
        var mean = StaticBelief.Recall(background, StaticBelief.Mean).Values.ToArray();
        var solved = new RepresenterWindow(window, mean, window.System.DefaultPrior!.Correlated!, Factor, background.Memory);
        if (solved.Failure is { } failure)
            return new Analysis(background, AnalysisStatus.Diverged, failure);
        var last = solved.ReportFilter();
        if (Window > 0)
        {
            var end = window.IsLast ? window.Observations.Count : Math.Max(0, window.Observations.Count - Window);
            solved.ReportSmoothed(Math.Max(0, window.FirstNew - Window), end);
        }
        return new Analysis(last);
    }

    private Analysis AssimilateDense(AssimilationWindow window, IBelief background)
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
