using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Variational;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Baselines;

/// <summary>
/// 3D-Var: the forecast of the last analysis, corrected with a background covariance that never changes. The minimum of
/// ½ (x − x_b)ᵀ B⁻¹ (x − x_b) + ½ (y − H(x))ᵀ R⁻¹ (y − H(x)), sought in the space of B's square root, x = x_b + v Z. Lorenc, Q. J. R. Meteorol. Soc. 112,
/// 1986, eqs. 16-23. The analysis is believed with the inverse Hessian, which for a linear H is (I − K H) B.
/// </summary>
/// <param name="Background">Where B comes from.</param>
/// <param name="Factor">Multiplies B.</param>
/// <param name="Iterations">Most iterations of the minimizer; null for its own. A linear operator needs one.</param>
/// <param name="Tolerance">Stops when the gradient's norm is this fraction of the first one; null for the minimizer's own.</param>
/// <param name="Minimizer">How the minimum is found; null for Gauss-Newton, as in <see cref="FourDVar"/>.</param>
/// <param name="Posterior">How the Hessian is inverted for error bars, as in <see cref="FourDVar"/>.</param>
public sealed record ThreeDVar(
    StaticBackground Background = StaticBackground.Climatology, double Factor = 1.0, int? Iterations = null, double? Tolerance = null,
    ILeastSquaresMinimizer? Minimizer = null, INormalSolver? Posterior = null) : IVariationalMethod
{
    /// <summary>Multiplies B, above 0.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Factor { get; init => field = Check.Positive(value, nameof(Factor)); } = Check.Positive(Factor, nameof(Factor));

    /// <summary>Most iterations.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double? Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <inheritdoc/>
    public bool NeedsClimatology => Background == StaticBackground.Climatology;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => StaticBelief.Refuses(Background, problem) ?? GaussianForecast.Refuses(problem.System);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => StrongBackground.Begin(Background, Factor, problem, prior);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, WindowGuess guess, RandomSource random)
    {
        guess.Check(background.Width);
        var root = StrongBackground.RootOf(background, window.System);
        var minimizer = MinimizerChoice.Complete(Minimizer, Iterations, Tolerance, root.Modes, new DenseNormal());
        var mean = new Matrix<double>(1, background.Width);
        (guess.Background ?? background).Mean(mean[0]);
        var (at, belief, effort) = (window.Start, background as GaussianBelief, default(Effort));
        for (var i = window.FirstNew; i < window.Observations.Count; i++)
        {
            var observation = window.Observations[i];
            var own = i == window.FirstNew && guess.Background is { } given ? Carried(window, given, observation.At) : root;
            GaussianForecast.Run(window.System, window.Grid, at, observation.At, mean);
            at = observation.At;
            belief = Before(mean, own, background.Memory);
            observation = GaussianAnalysis.ReportForecast(window, observation, belief);
            if (!Moments.AllFinite(belief.MeanState))
                return new Analysis(belief, AnalysisStatus.Diverged, $"The forecast to observation {observation.Index} is not finite.");
            var degrees = 0.0;
            Observation[] used = observation.Count > 0 ? [observation] : [];
            if (i == window.Observations.Count - 1 && !Foreground.Append(guess, observation, ref used))
                return new Analysis(belief, AnalysisStatus.Diverged, Foreground.Singular);
            if (used.Length > 0)
            {
                var problem = new ControlProblem(belief.MeanState, own, own.Modes > MinimizerChoice.Small);
                if (guess.StateAt(at) is { } start)
                    problem.Begin(start);
                effort = default(Effort).With(problem.Minimize(new WindowMap(used), minimizer));
                var rows = effort.Failure is null ? problem.PosteriorRows(Posterior ?? MinimizerChoice.Posterior(minimizer), random.Fork(i)) : null;
                if (rows is null)
                    return new Analysis(belief, AnalysisStatus.Diverged, effort.Failure ?? Effort.Indefinite);
                (mean, degrees) = (problem.State, problem.DegreesOfFreedom);
                belief = problem.Structure is { } structure
                    ? new GaussianBelief(mean.Values.ToArray(), structure.Variances(), structure, background.Memory)
                    : RowsCovariance.Belief(mean, rows, background.Memory);
                effort.Report(window.Observer, observation);
            }
            window.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, degrees);
            window.Observer.OnAnalysis(observation, belief);
        }
        if (at < window.NextStart)
        {
            GaussianForecast.Run(window.System, window.Grid, at, window.NextStart, mean);
            belief = Before(mean, root, background.Memory);
        }
        return effort.Conclude(belief ?? Before(mean, root, background.Memory));
    }

    /// <summary>The root of another background's covariance, carried to the observation by the tangent.</summary>
    private static DenseRoot Carried(AssimilationWindow window, GaussianBelief given, GridTime to)
    {
        var gaussian = BeliefConversion.ToGaussian(given);
        var covariance = gaussian.Covariance!.Copy();
        GaussianForecast.Run(
            window.System, window.Grid, window.Start, to, new Matrix<double>(new ReadOnlyBatch<double>(gaussian.MeanState)), covariance, 1, window.Workers);
        return new DenseRoot(VariationalBackground.RootOf(covariance));
    }

    /// <summary>A forecast, believed with B.</summary>
    private static GaussianBelief Before(Matrix<double> mean, IBackgroundRoot root, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        if (mean.Width > MinimizerChoice.Small)
            return new GaussianBelief(mean.Values.ToArray(), root.Variances(), new ReducedCovariance(root), memory);
        var rows = new Matrix<double>(root.Modes, root.Width);
        root.Place(Matrix<double>.Identity(root.Modes), rows);
        return RowsCovariance.Belief(mean, rows, memory);
    }
}
