using Sonde.Assimilation.Baselines;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// Weak-constraint 4D-Var: the trajectory of a window that fits background, model and observations, each as far as its error allows, the minimum of
/// ½ |x₀ − x_b|²_{B⁻¹} + ½ Σ |xₜ − M(xₜ₋₁)|²_{Qₜ⁻¹} + ½ Σ |yₜ − Hₜ(xₜ)|²_{R⁻¹}, by Gauss-Newton. Trémolet, Q. J. R. Meteorol. Soc. 132, 2006. It is
/// believed with the inverse Hessian's covariance at each time. For linear systems this is the smoother of Rauch, Tung and Striebel.
/// <para>Where windows overlap, all their observations are used again, and x_b is the estimate that used none of them: each counts once.</para>
/// </summary>
/// <param name="Background">Where B comes from.</param>
/// <param name="Factor">Multiplies B.</param>
/// <param name="Window">Observation times in a window.</param>
/// <param name="Stride">Observation times by which a window slides, 1 … Window; null for whole windows one after the other.</param>
/// <param name="Form">What is controlled.</param>
/// <param name="ModelError">Standard deviation of independent model errors that accumulate over one unit of time, beside those of the system; null for none.</param>
/// <param name="Spacing">Model steps between controlled states, where observation times alone lie too far apart; null for none between.</param>
/// <param name="Cycled">True replaces B by the covariance of x_b, which the window before gave, as the extended Kalman filter does.</param>
/// <param name="Iterations">Most iterations of the minimizer for each length of the window; null for its own.</param>
/// <param name="Tolerance">Stops when the gradient's norm is this fraction of the first one; null for the minimizer's own.</param>
/// <param name="QuasiStatic">Observation times by which the window grows until it is whole; 0 takes its new observations at once.</param>
/// <param name="Minimizer">
/// How the minimum is found; null for Gauss-Newton. Where it names no inner solver, the Hessian is factored; error bars always come from its factors.
/// </param>
public sealed record WeakFourDVar(
    StaticBackground Background = StaticBackground.Climatology, double Factor = 1.0, int Window = 1, int? Stride = null, WeakForm Form = WeakForm.State,
    double? ModelError = null, int? Spacing = null, bool Cycled = false, int? Iterations = null, double? Tolerance = null,
    int QuasiStatic = 0, ILeastSquaresMinimizer? Minimizer = null) : IVariationalMethod
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

    /// <summary>Standard deviation of model errors over one unit of time.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? ModelError { get; init => field = Check.Positive(value, nameof(ModelError)); } = Check.Positive(ModelError, nameof(ModelError));

    /// <summary>Model steps between controlled states.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Spacing { get; init => field = Check.AtLeast(1, value, nameof(Spacing)); } = Check.AtLeast(1, Spacing, nameof(Spacing));

    /// <summary>Most iterations.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double? Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <summary>By how much a growing window grows.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int QuasiStatic { get; init => field = Check.AtLeast(0, value, nameof(QuasiStatic)); } = Check.AtLeast(0, QuasiStatic, nameof(QuasiStatic));

    /// <inheritdoc/>
    public WindowPlan Plan => new(Window, Stride ?? Window);

    /// <inheritdoc/>
    public bool NeedsClimatology => Background == StaticBackground.Climatology;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => StaticBelief.Refuses(Background, problem)
        ?? (problem.System is IDifferentiableSystem ? null : "Weak-constraint 4D-Var needs a system with a tangent linear and an adjoint model.")
        ?? (ModelError is not null || Smoothers.ModelError.Refuses(problem.System) is not null
            ? null
            : "The system draws no model error, which weak-constraint 4D-Var needs: name one with modelError.");

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => VariationalBackground.Begin(Background, Factor, problem, prior);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, WindowGuess guess, RandomSource random)
    {
        guess.Check(background.Width);
        var system = (IDifferentiableSystem)window.System;
        if (ModelError is { } deviation)
            system = new DifferentiableNoisySystem(system, new DiagonalNoise(system.Width, deviation));
        var start = BeliefConversion.ToGaussian(guess.Background ?? background);
        var root = Cycled ? VariationalBackground.RootOf(start.Covariance!) : VariationalBackground.Root(background, guess);
        var problem = new WeakWindow(system, window, Form, Spacing, start.MeanState, root);
        INormalSolver direct = Form == WeakForm.State ? new BlockTridiagonalNormal(background.Width) : new DenseNormal();
        var minimizer = MinimizerChoice.Complete(Minimizer, Iterations, Tolerance, background.Width, direct);
        var observations = window.Observations.ToArray();
        var (solution, next, effort) = (WeakSolution.Failed(""), background, default(Effort));
        foreach (var count in Counts(window))
        {
            var used = observations[..count];
            if (count == observations.Length && count > 0 && !Foreground.Append(guess, used[^1], ref used))
                return new Analysis(background, AnalysisStatus.Diverged, Foreground.Singular);
            if (count > window.FirstNew && effort.Last is null)
                problem.Begin(guess);
            solution = problem.Minimize(used, minimizer, direct, random);
            if (solution.Failure is { } failure)
                return new Analysis(background, AnalysisStatus.Diverged, failure);
            if (count > window.FirstNew)
                effort = effort.With(solution.Outcome!);
            if (count == window.FirstNew)
                ReportForecast(system, window, observations, solution.Belief(solution.States.Rows - 1, background.Memory));
            if (count == window.Leaving && count > 0)
                next = solution.Belief(problem.StateOf(observations[count - 1]), background.Memory);
        }
        Report(window, observations, problem, solution, effort, background.Memory);
        return effort.Conclude(next);
    }

    /// <summary>With how many observations minima are sought: before the new ones, of the next x_b, of a growing window, of the whole one.</summary>
    private SortedSet<int> Counts(AssimilationWindow window)
    {
        var counts = new SortedSet<int> { window.FirstNew, window.Leaving, window.Observations.Count };
        for (var count = window.FirstNew + QuasiStatic; QuasiStatic > 0 && count < window.Observations.Count; count += QuasiStatic)
            counts.Add(count);
        return counts;
    }

    /// <summary>What the belief before the new observations makes of them; leaves what a background check keeps.</summary>
    private static void ReportForecast(IDynamicalSystem system, AssimilationWindow window, Observation[] observations, GaussianBelief belief)
    {
        var mean = new Matrix<double>(new ReadOnlyBatch<double>(belief.MeanState));
        var covariance = belief.Covariance!;
        var at = window.FirstNew == 0 ? window.Start : observations[window.FirstNew - 1].At;
        for (var i = window.FirstNew; i < observations.Length; i++)
        {
            GaussianForecast.Run(system, window.Grid, at, observations[i].At, mean, covariance, 1, window.Workers);
            at = observations[i].At;
            observations[i] = GaussianAnalysis.ReportForecast(window, observations[i], new GaussianBelief(mean.Values.ToArray(), covariance, belief.Memory));
        }
    }

    private static void Report(
        AssimilationWindow window, Observation[] observations, WeakWindow problem, WeakSolution solution, Effort effort, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        if (window.AtStart is { } earlier)
            window.Observer.OnSmoothed(earlier, solution.Belief(0, memory));
        for (var i = 0; i < observations.Length; i++)
        {
            var belief = solution.Belief(problem.StateOf(observations[i]), memory);
            if (i >= window.FirstNew)
            {
                effort.Report(window.Observer, observations[i]);
                window.Observer.OnAnalysis(observations[i], belief);
            }
            if (window.IsLast || observations[i].At < window.NextStart)
                window.Observer.OnSmoothed(observations[i], belief);
        }
    }
}
