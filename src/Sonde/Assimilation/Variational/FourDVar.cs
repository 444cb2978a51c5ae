using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// Strong-constraint 4D-Var: the state at a window's start whose trajectory fits the window's new observations, the minimum of
/// ½ |x − x_b|²_{B⁻¹} + ½ Σ |y_t − H_t(M_t(x))|²_{R⁻¹}. Incremental: each outer iteration linearises the model and the operators at the last
/// trajectory and solves the quadratic problem in the space of B's square root, x = x_b + v Z; a step that raises the cost is halved. Courtier,
/// Thépaut and Hollingsworth, Q. J. R. Meteorol. Soc. 120, 1994. The analysis is believed with the inverse Hessian, Zᵀ (I + Y Yᵀ)⁻¹ Z, carried
/// by the tangent linear model. B is the same in every window; x_b is the last window's analysis, carried here. The model is taken to be perfect.
/// </summary>
/// <param name="Background">Where B comes from.</param>
/// <param name="Factor">Multiplies B.</param>
/// <param name="Window">Observation times in a window.</param>
/// <param name="Stride">Observation times by which a window slides, 1 … Window; null for whole windows one after the other.</param>
/// <param name="Iterations">Most outer iterations.</param>
/// <param name="Tolerance">Stops when the mean square of a step's control values falls below its square.</param>
/// <param name="QuasiStatic">
/// Observation times by which the window grows until it is whole, each minimum being where the next begins, so that a long window's many minima
/// are avoided; 0 takes the whole window at once. Pires, Vautard and Talagrand, Tellus A 48, 1996.
/// </param>
public sealed record FourDVar(
    StaticBackground Background = StaticBackground.Climatology, double Factor = 1.0, int Window = 1, int? Stride = null, int Iterations = 10,
    double Tolerance = 1e-6, int QuasiStatic = 0) : IGaussianMethod
{
    private const int Halvings = 10;

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

    /// <summary>Most outer iterations.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <summary>By how much a growing window grows.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int QuasiStatic { get; init => field = Check.AtLeast(0, value, nameof(QuasiStatic)); } = Check.AtLeast(0, QuasiStatic, nameof(QuasiStatic));

    /// <inheritdoc/>
    public WindowPlan Plan => new(Window, Stride ?? Window);

    /// <inheritdoc/>
    public bool NeedsClimatology => Background == StaticBackground.Climatology;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => StaticBelief.Refuses(Background, problem) ?? (problem.System is IDifferentiableSystem
        ? null
        : "4D-Var needs a system with a tangent linear and an adjoint model.");

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => VariationalBackground.Begin(Background, Factor, problem, prior);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var root = VariationalBackground.Root(background);
        var mean = new double[background.Width];
        background.Mean(mean);
        var system = (IDifferentiableSystem)window.System;
        var used = ReportForecast(new(system, window, mean, root, []), mean, root, window, background.Memory);
        var problem = new VariationalWindow(system, window, mean, root, used);
        var solution = new Solution(this, problem, used, window, background.Memory);
        var v = new double[root.Rows];
        for (var count = QuasiStatic == 0 ? used.Length : Math.Min(QuasiStatic, used.Length); ; count = Math.Min(count + QuasiStatic, used.Length))
        {
            solution.Minimize(v, count);
            if (solution.Failure is not null || count == used.Length)
                break;
        }
        return solution.Failure is { } failure ? new Analysis(background, AnalysisStatus.Diverged, failure) : solution.Report(v);
    }

    /// <summary>What the background makes of the window; returns what a background check keeps of its new observations.</summary>
    private static Observation[] ReportForecast(
        VariationalWindow problem, double[] mean, Matrix<double> root, AssimilationWindow window, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        var kept = new List<Observation>();
        problem.Carry(new(new ReadOnlyBatch<double>(mean)), root.Copy(), [.. window.Observations.Skip(window.FirstNew)], window.Start, (observation, state, rows) =>
            kept.Add(GaussianAnalysis.ReportForecast(window, observation, Belief(state, rows, memory))));
        return [.. kept];
    }

    private static GaussianBelief Belief(ReadOnlyBatch<double> state, Batch<double> rows, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        var covariance = new Matrix<double>(state.Width, state.Width);
        Dense.MultiplyTransposedLeft<double>(1, rows, rows, 0, covariance);
        return new GaussianBelief(state.Values.ToArray(), covariance, memory);
    }

    /// <summary>The minimization over one window and what is believed afterwards.</summary>
    private sealed class Solution(
        FourDVar method, VariationalWindow problem, Observation[] used, AssimilationWindow window, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        private bool converged;
        private int iterations;

        public string? Failure { get; private set; }

        /// <summary>Gauss-Newton steps of v on the first used observations.</summary>
        public void Minimize(double[] v, int count)
        {
            var map = problem.Map(count);
            var cost = problem.Cost(map, v);
            converged = false;
            for (var iteration = 0; iteration < method.Iterations && !converged; iteration++, iterations++)
            {
                if (!double.IsFinite(cost))
                {
                    Failure = EnsembleCycle.NotFinite;
                    return;
                }
                using var frame = Scratch.Enter();
                var step = frame.Rent(1, v.Length);
                if (!Step(map, v, count, step))
                    return;
                var trial = new double[v.Length];
                var share = 1.0;
                for (var halving = 0; ; halving++, share *= 0.5)
                {
                    TensorPrimitives.MultiplyAdd<double>(step[0], share, v, trial);
                    var reached = problem.Cost(map, trial);
                    if (reached <= cost || halving == Halvings)
                    {
                        converged = reached > cost || TensorPrimitives.SumOfSquares<double>(step[0]) * share * share <= method.Tolerance * method.Tolerance * v.Length;
                        if (reached <= cost)
                        {
                            trial.CopyTo(v, 0);
                            cost = reached;
                        }
                        break;
                    }
                }
            }
        }

        /// <summary>What is believed with the minimum v, reported at every time of the window.</summary>
        public Analysis Report(double[] v)
        {
            var n = window.System.Width;
            var x = new Matrix<double>(1, n);
            problem.Place(v, x[0]);
            var y = new Matrix<double>(problem.Modes, used.Sum(observation => observation.Count));
            var believed = new Matrix<double>(problem.Modes, n);      // rows of (I + Y Yᵀ)^−½ Z: a square root of the posterior covariance
            if (!problem.Jacobian(x[0], used.Length, y) || !problem.PosteriorRows(y, believed))
                return new Analysis(new GaussianBelief(x.Values.ToArray(), new Matrix<double>(n, n), memory), AnalysisStatus.Diverged, EnsembleCycle.NotFinite);
            if (window.AtStart is { } earlier)
                window.Observer.OnSmoothed(earlier, Belief(x, believed, memory));
            IBelief next = window.NextStart == window.Start ? Belief(x, believed, memory) : null!;
            problem.Carry(x, believed, [.. window.Observations.Take(window.FirstNew), .. used], window.NextStart, (observation, state, rows) =>
            {
                var belief = Belief(state, rows, memory);
                if (observation.Index >= used[0].Index)
                {
                    window.Observer.OnDiagnostic(observation, Diagnostic.Iterations, iterations);
                    window.Observer.OnAnalysis(observation, belief);
                }
                if (window.IsLast || observation.At < window.NextStart)
                    window.Observer.OnSmoothed(observation, belief);
                if (observation.At == window.NextStart)
                    next = belief;
            });
            return new Analysis(next ?? Belief(x, believed, memory), converged ? AnalysisStatus.Sound : AnalysisStatus.NotConverged,
                converged ? null : "The iterations ended before the tolerance.");
        }

        /// <summary>step = (I + Y Yᵀ)⁻¹ (Y d − v).</summary>
        private bool Step(WindowMap map, double[] v, int count, Batch<double> step)
        {
            var x = new Matrix<double>(1, window.System.Width);
            var (y, d) = (new Matrix<double>(v.Length, map.OutputWidth), new Matrix<double>(1, map.OutputWidth));
            problem.Place(v, x[0]);
            map.Evaluate(x, d);
            TensorPrimitives.Subtract<double>(map.Target, d.Values, d.Values);
            if (!problem.Jacobian(x[0], count, y))
            {
                Failure = EnsembleCycle.NotFinite;
                return false;
            }
            var hessian = Matrix<double>.Identity(v.Length);
            Dense.MultiplyTransposedRight<double>(1, y, y, 1, hessian);
            Dense.Multiply<double>(y, d.Values, step[0]);
            TensorPrimitives.Subtract<double>(step[0], v, step[0]);
            if (!Cholesky.Factor<double>(hessian))
            {
                Failure = "The Hessian of the cost is not positive definite.";
                return false;
            }
            Cholesky.Solve<double>(hessian, step);
            return true;
        }
    }
}
