using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// Strong-constraint 4D-Var: the state at a window's start whose trajectory fits the window's new observations, the minimum of
/// ½ |x − x_b|²_{B⁻¹} + ½ Σ |y_t − H_t(M_t(x))|²_{R⁻¹}, sought in the space of B's square root, x = x_b + v Z. With <see cref="GaussNewton"/> it is
/// incremental: each outer iteration linearises the model and the operators at the last trajectory and solves the quadratic problem. Courtier,
/// Thépaut and Hollingsworth, Q. J. R. Meteorol. Soc. 120, 1994. The analysis is believed with the inverse Hessian, Zᵀ (I + Y Yᵀ)⁻¹ Z, carried
/// by the tangent linear model. x_b is the last window's analysis, carried here; B is the same in every window, or carried too. The model is taken to be perfect.
/// </summary>
/// <param name="Background">Where B comes from.</param>
/// <param name="Factor">Multiplies B.</param>
/// <param name="Window">Observation times in a window.</param>
/// <param name="Stride">Observation times by which a window slides, 1 … Window; null for whole windows one after the other.</param>
/// <param name="Iterations">Most iterations of the minimizer; null for its own.</param>
/// <param name="Tolerance">Stops when the gradient's norm is this fraction of the first one; null for the minimizer's own.</param>
/// <param name="QuasiStatic">
/// Observation times by which the window grows until it is whole, each minimum being where the next begins, so that a long window's many minima
/// are avoided; 0 takes the whole window at once. Pires, Vautard and Talagrand, Tellus A 48, 1996.
/// </param>
/// <param name="Minimizer">
/// How the minimum is found; null for Gauss-Newton. Where it names no inner solver, the Hessian is factored for up to 500 control values, and met by
/// products alone, with <see cref="Lanczos"/>, beyond.
/// </param>
/// <param name="Posterior">
/// How the Hessian is inverted for error bars: null as the minimizer does where that factors it, else by 100 products, <see cref="Lanczos"/>.
/// </param>
/// <param name="Cycled">
/// True replaces B by the covariance of x_b, which the window before gave, as the extended Kalman filter does; <paramref name="Factor"/> then inflates it.
/// </param>
/// <param name="Restart">True believes of every window's start what is believed before the first: windows are independent of one another.</param>
public sealed record FourDVar(
    StaticBackground Background = StaticBackground.Climatology, double Factor = 1.0, int Window = 1, int? Stride = null, int? Iterations = null,
    double? Tolerance = null, int QuasiStatic = 0, ILeastSquaresMinimizer? Minimizer = null, INormalSolver? Posterior = null,
    bool Cycled = false, bool Restart = false) : IVariationalMethod
{
    /// <summary>Multiplies B.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Factor { get; init => field = Check.Positive(value, nameof(Factor)); } = Check.Positive(Factor, nameof(Factor));

    /// <summary>Observation times in a window.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Window { get; init => field = Check.AtLeast(1, value, nameof(Window)); } = Check.AtLeast(1, Window, nameof(Window));

    /// <summary>Observation times by which a window slides.</summary>
    /// <exception cref="ArgumentException">Below 1 or above the window.</exception>
    public int? Stride { get; init; } = Stride is null || (Stride >= 1 && Stride <= Window)
        ? Stride
        : throw new ArgumentException($"Stride is {Stride} but must lie between 1 and the window, {Window}.", nameof(Stride));

    /// <summary>Most iterations.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double? Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <summary>By how much a growing window grows.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int QuasiStatic { get; init => field = Check.AtLeast(0, value, nameof(QuasiStatic)); } = Check.AtLeast(0, QuasiStatic, nameof(QuasiStatic));

    /// <summary>Whether windows are independent.</summary>
    /// <exception cref="ArgumentException">Beside <see cref="Cycled"/>.</exception>
    public bool Restart { get; init; } = Restart && Cycled ? throw new ArgumentException("Windows that restart pass no covariance on; expected restart or cycled, not both.", nameof(Restart)) : Restart;

    private StaticBackground Source => Cycled ? StaticBackground.Prior : Background;

    /// <inheritdoc/>
    public WindowPlan Plan => new(Window, Stride ?? Window);

    /// <inheritdoc/>
    public bool NeedsClimatology => Source == StaticBackground.Climatology;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => StaticBelief.Refuses(Source, problem) ?? (problem.System is IDifferentiableSystem
        ? null
        : "4D-Var needs a system with a tangent linear and an adjoint model.");

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => StrongBackground.Begin(Source, Factor, problem, prior);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, WindowGuess guess, RandomSource random)
    {
        guess.Check(background.Width);
        var root = StrongBackground.RootOf(background, guess, window.System);
        var mean = new double[background.Width];
        (guess.Background ?? background).Mean(mean);
        var problem = new ControlProblem(mean, root, root.Modes > MinimizerChoice.Small && !Cycled);
        var minimizer = MinimizerChoice.Complete(Minimizer, Iterations, Tolerance, root.Modes, new DenseNormal());
        var used = ReportForecast(problem, window, background.Memory, random.Fork("background"));
        var all = used;
        if (!Foreground.Append(guess, used[^1], ref all))
            return new Analysis(background, AnalysisStatus.Diverged, Foreground.Singular);
        if (guess.StateAt(window.Start) is { } start)
            problem.Begin(start);
        var effort = default(Effort);
        for (var count = QuasiStatic == 0 ? used.Length : Math.Min(QuasiStatic, used.Length); ; count = Math.Min(count + QuasiStatic, used.Length))
        {
            effort = effort.With(problem.Minimize(Map(window, count == used.Length ? all : used[..count]), minimizer));
            if (effort.Failure is { } failure)
                return new Analysis(background, AnalysisStatus.Diverged, failure);
            if (count == used.Length)
                break;
        }
        if (problem.PosteriorRows(Posterior ?? MinimizerChoice.Posterior(minimizer), random.Fork("posterior")) is not { } rows)
            return new Analysis(background, AnalysisStatus.Diverged, Effort.Indefinite);
        var next = Report(problem, rows, used, effort, window, background.Memory);
        return effort.Conclude(Restart ? background : next);
    }

    private static WindowMap Map(AssimilationWindow window, Observation[] used) =>
        new((IDifferentiableSystem)window.System, window.Grid, window.Start, used, window.Workers);

    /// <summary>What the background makes of the window; returns what a background check keeps of its new observations.</summary>
    private static Observation[] ReportForecast(ControlProblem problem, AssimilationWindow window, IReadOnlyDictionary<string, Matrix<double>> memory, RandomSource random)
    {
        var kept = new List<Observation>();
        TangentCarry.Run(window, problem.State, problem.PriorRows(random), [.. window.Observations.Skip(window.FirstNew)], window.Start, (observation, state, rows) =>
            kept.Add(GaussianAnalysis.ReportForecast(window, observation, RowsCovariance.Belief(state, rows, memory))));
        return [.. kept];
    }

    /// <summary>Reports what is believed with the minimum at every time of the window; returns the belief where the next one starts.</summary>
    private GaussianBelief Report(
        ControlProblem problem, Matrix<double> rows, Observation[] used, Effort effort, AssimilationWindow window, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        var x = problem.State;
        var start = problem.Structure is { } known ? new GaussianBelief(x.Values.ToArray(), known.Variances(), known, memory) : RowsCovariance.Belief(x, rows, memory);
        if (window.AtStart is { } earlier)
            window.Observer.OnSmoothed(earlier, start);
        var next = window.NextStart == window.Start ? Remember(start, rows) : null;
        TangentCarry.Run(window, x, rows, [.. window.Observations.Take(window.FirstNew), .. used], window.NextStart, (observation, state, carried) =>
        {
            var belief = RowsCovariance.Belief(state, carried, memory);
            if (observation.Index >= used[0].Index)
            {
                effort.Report(window.Observer, observation);
                window.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, problem.DegreesOfFreedom);
                window.Observer.OnAnalysis(observation, belief);
            }
            if (window.IsLast || observation.At < window.NextStart)
                window.Observer.OnSmoothed(observation, belief);
            if (observation.At == window.NextStart)
                next = Remember(belief, carried);
        });
        return next ?? Remember(RowsCovariance.Belief(x, rows, memory), rows);
    }

    private GaussianBelief Remember(GaussianBelief belief, ReadOnlyBatch<double> rows) =>
        Cycled ? belief.Remembering(StrongBackground.Remember(rows, Factor)) : belief;
}
