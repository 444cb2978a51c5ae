using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// Gauss-Newton: linearizes the residuals, minimises the quadratic cost that results, and begins anew there: the outer and inner loops of
/// incremental 4D-Var (Courtier, Thépaut, Hollingsworth, Q. J. R. Meteorol. Soc. 120, 1994; Lawless, Gratton, Nichols, Q. J. R. Meteorol. Soc. 131,
/// 2005). A step that does not lower the cost enough is halved: f(x + α Δx) ≤ f + 10⁻⁴ α ∇fᵀΔx.
/// </summary>
/// <param name="Iterations">Most linearizations (outer loops), 0 or more.</param>
/// <param name="Tolerance">Stops when the gradient's norm is this fraction of the first one.</param>
/// <param name="AbsoluteTolerance">Stops when the gradient's norm is below this.</param>
/// <param name="Inner">How the quadratic cost is minimised; null for <see cref="Lanczos"/> with its defaults.</param>
/// <param name="Halvings">Most halvings of a step; 0 takes every step whole and without a look at the cost.</param>
public sealed record GaussNewton(
    int Iterations = 10, double Tolerance = 1e-6, double AbsoluteTolerance = 1e-12, INormalSolver? Inner = null, int Halvings = 10) : ILeastSquaresMinimizer
{
    private const double SufficientDecrease = 1e-4;

    /// <summary>Most linearizations.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Iterations { get; init => field = Check.AtLeast(0, value, nameof(Iterations)); } = Check.AtLeast(0, Iterations, nameof(Iterations));

    /// <summary>When to stop, relative to the start.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double AbsoluteTolerance { get; init => field = Check.AtLeast(0.0, value, nameof(AbsoluteTolerance)); } =
        Check.AtLeast(0.0, AbsoluteTolerance, nameof(AbsoluteTolerance));

    /// <summary>Most halvings of a step.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Halvings { get; init => field = Check.AtLeast(0, value, nameof(Halvings)); } = Check.AtLeast(0, Halvings, nameof(Halvings));

    /// <inheritdoc/>
    public Minimization Minimize(LeastSquares problem, Span<double> x)
    {
        ArgumentNullException.ThrowIfNull(problem);
        problem.Fit(x.Length);
        var progress = new Progress(Iterations, Tolerance, AbsoluteTolerance);
        var equations = (Inner ?? new Lanczos()).For(problem);
        using var frame = Scratch.Enter();
        var gradient = frame.Rent(1, x.Length)[0];
        var step = frame.Rent(1, x.Length)[0];
        var trial = frame.Rent(1, x.Length)[0];
        progress.Record(problem.Evaluate(x, gradient), gradient, 0, 1);
        while (!progress.Stops)
        {
            equations.Relinearize();
            var solved = equations.Solve(0, gradient, step);
            if (!solved.Succeeded)
            {
                progress.Stop(solved.Stopped);
                break;
            }
            var slope = TensorPrimitives.Dot<double>(gradient, step);
            var (alpha, foundFinite) = (1.0, Halvings == 0);
            for (var halving = 0; Halvings > 0 && alpha > 0; halving++, alpha *= 0.5)
            {
                TensorPrimitives.MultiplyAdd(step, alpha, x, trial);
                var cost = problem.Evaluate(trial);
                progress.Evaluations++;
                foundFinite |= double.IsFinite(cost);
                if (cost <= progress.Cost + SufficientDecrease * alpha * slope || progress.IsRounding(slope, cost))
                    break;
                if (halving == Halvings)
                    alpha = 0;
            }
            if (alpha == 0)
            {
                progress.Fail(slope, foundFinite);
                break;
            }
            TensorPrimitives.MultiplyAdd(step, alpha, x, trial);
            var next = problem.Evaluate(trial, gradient);
            progress.Record(next, gradient, alpha * TensorPrimitives.Norm<double>(step), 1, solved.InnerIterations);
            if (double.IsFinite(next))
                trial.CopyTo(x);
        }
        return progress.Result;
    }
}
