using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// Gauss-Newton steps shortened by damping, (H + λ D) Δx = −∇f: λ falls where the linearization foretold the change of cost well and grows where
/// it did not, after Nielsen, "Damping parameter in Marquardt's method", IMM-REP-1999-05, Technical University of Denmark, 1999; Madsen, Nielsen,
/// Tingleff, "Methods for non-linear least squares problems", 2nd ed., 2004, algorithm 3.16.
/// </summary>
/// <param name="Iterations">Most steps, 0 or more.</param>
/// <param name="Tolerance">Stops when the gradient's norm is this fraction of the first one.</param>
/// <param name="AbsoluteTolerance">Stops when the gradient's norm is below this.</param>
/// <param name="Damping">The first λ, relative to the one that weighs as much as the Hessian does along the gradient.</param>
/// <param name="Inner">How steps are found; null for <see cref="DenseNormal"/> up to 200 numbers and <see cref="ConjugateGradient"/> beyond.</param>
/// <param name="Trials">Most values of λ in a step, 1 or more.</param>
public sealed record LevenbergMarquardt(
    int Iterations = 50, double Tolerance = 1e-6, double AbsoluteTolerance = 1e-12, double Damping = 1e-3, INormalSolver? Inner = null, int Trials = 30)
    : ILeastSquaresMinimizer
{
    private const int SmallWidth = 200;

    /// <summary>Most steps.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Iterations { get; init => field = Check.AtLeast(0, value, nameof(Iterations)); } = Check.AtLeast(0, Iterations, nameof(Iterations));

    /// <summary>When to stop, relative to the start.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double AbsoluteTolerance { get; init => field = Check.AtLeast(0.0, value, nameof(AbsoluteTolerance)); } =
        Check.AtLeast(0.0, AbsoluteTolerance, nameof(AbsoluteTolerance));

    /// <summary>The first λ.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Damping { get; init => field = Check.Positive(value, nameof(Damping)); } = Check.Positive(Damping, nameof(Damping));

    /// <summary>Most values of λ in a step.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Trials { get; init => field = Check.AtLeast(1, value, nameof(Trials)); } = Check.AtLeast(1, Trials, nameof(Trials));

    /// <inheritdoc/>
    public Minimization Minimize(LeastSquares problem, Span<double> x)
    {
        ArgumentNullException.ThrowIfNull(problem);
        problem.Fit(x.Length);
        var progress = new Progress(Iterations, Tolerance, AbsoluteTolerance);
        var equations = (Inner ?? (x.Length <= SmallWidth ? new DenseNormal() : new ConjugateGradient())).For(problem);
        using var frame = Scratch.Enter();
        var gradient = frame.Rent(1, x.Length)[0];
        var step = frame.Rent(1, x.Length)[0];
        var trial = frame.Rent(1, x.Length)[0];
        progress.Record(problem.Evaluate(x, gradient), gradient, 0, 1);
        if (progress.Stops)
            return progress.Result;

        var (lambda, growth) = (Damping * equations.NaturalDamping(gradient), 2.0);
        while (!progress.Stops)
        {
            equations.Relinearize();
            var (accepted, foundFinite, expected, iterations) = (false, false, 0.0, 0);
            for (var attempt = 0; attempt < Trials && !accepted; attempt++)
            {
                var solved = equations.Solve(lambda, gradient, step);
                iterations += solved.InnerIterations;
                if (solved.Succeeded)
                {
                    expected = -TensorPrimitives.Dot<double>(gradient, step) - 0.5 * problem.Curvature(step);
                    TensorPrimitives.Add(x, step, trial);
                    var cost = problem.Evaluate(trial);
                    progress.Evaluations++;
                    foundFinite |= double.IsFinite(cost);
                    var gain = (progress.Cost - cost) / expected;
                    var isRounding = progress.IsRounding(expected, cost);
                    accepted = isRounding || (gain > 0 && expected > 0 && double.IsFinite(cost));
                    if (accepted && !isRounding)
                        (lambda, growth) = (lambda * Math.Max(1 / 3.0, 1 - Math.Pow(2 * gain - 1, 3)), 2);
                }
                if (!accepted)
                    (lambda, growth) = (lambda * growth, 2 * growth);
            }
            if (!accepted)
            {
                progress.Fail(expected, foundFinite);
                break;
            }
            trial.CopyTo(x);
            progress.Record(problem.Evaluate(x, gradient), gradient, TensorPrimitives.Norm<double>(step), 1, iterations);
        }
        return progress.Result;
    }
}
