using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno with a line search that meets the strong Wolfe conditions: needs values
/// and gradients alone. Liu, Nocedal, Math. Program. 45, 1989; Nocedal, Wright, "Numerical optimization", 2nd ed., algorithms 7.4 and 7.5. Where a
/// search fails, it begins anew along the gradient before giving up.
/// </summary>
/// <param name="Iterations">Most steps, 0 or more.</param>
/// <param name="Tolerance">Stops when the gradient's norm is this fraction of the first one.</param>
/// <param name="AbsoluteTolerance">Stops when the gradient's norm is below this.</param>
/// <param name="Memory">Steps that shape the next direction, 1 or more; each holds 2 n numbers.</param>
/// <param name="SufficientDecrease">c₁, between 0 and c₂.</param>
/// <param name="Curvature">
/// c₂, between c₁ and 1. 0.9 is right where an evaluation costs more than the rest; 0.1 takes two evaluations a step and, on nearly quadratic costs
/// whose curvatures lie far apart, a small part of the steps.
/// </param>
/// <param name="Evaluations">Most evaluations in one line search, 1 or more.</param>
public sealed record Lbfgs(
    int Iterations = 200, double Tolerance = 1e-6, double AbsoluteTolerance = 1e-12, int Memory = 10, double SufficientDecrease = 1e-4,
    double Curvature = 0.9, int Evaluations = 25) : IMinimizer
{
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

    /// <summary>Steps remembered.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Memory { get; init => field = Check.AtLeast(1, value, nameof(Memory)); } = Check.AtLeast(1, Memory, nameof(Memory));

    /// <summary>c₂.</summary>
    /// <exception cref="ArgumentException">Not between 0 and 1.</exception>
    public double Curvature { get; init => field = Check.Within(0, 1, value, nameof(Curvature)); } = Check.Within(0, 1, Curvature, nameof(Curvature));

    /// <summary>c₁.</summary>
    /// <exception cref="ArgumentException">Not between 0 and c₂.</exception>
    public double SufficientDecrease { get; init => field = Check.Within(0, Curvature, value, nameof(SufficientDecrease)); } =
        Check.Within(0, Curvature, SufficientDecrease, nameof(SufficientDecrease));

    /// <summary>Most evaluations in one line search.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Evaluations { get; init => field = Check.AtLeast(1, value, nameof(Evaluations)); } = Check.AtLeast(1, Evaluations, nameof(Evaluations));

    /// <inheritdoc/>
    public Minimization Minimize(IObjective objective, Span<double> x)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var progress = new Progress(Iterations, Tolerance, AbsoluteTolerance);
        if (x.Length != objective.Width)
            throw new ArgumentException($"The objective depends on {objective.Width} numbers but {x.Length} were given.", nameof(x));

        using var frame = Scratch.Enter();
        var gradient = frame.Rent(1, x.Length)[0];
        var trial = frame.Rent(1, x.Length)[0];
        var trialGradient = frame.Rent(1, x.Length)[0];
        var direction = frame.Rent(1, x.Length)[0];
        var memory = new LimitedMemory(frame, Memory, x.Length);
        progress.Record(objective.Evaluate(x, gradient), gradient, 0, 1);
        while (!progress.Stops)
        {
            memory.Direction(gradient, direction);
            var slope = TensorPrimitives.Dot<double>(gradient, direction);
            if (!(slope < 0))
            {
                memory.Clear();
                TensorPrimitives.Negate<double>(gradient, direction);
                slope = -progress.GradientNorm * progress.GradientNorm;
            }
            var first = memory.Count > 0 ? 1 : Math.Min(1, 1 / progress.GradientNorm);
            var search = new WolfeSearch(objective, x, direction, progress.Cost, slope, trial, trialGradient, this);
            var found = search.TryFind(first);
            progress.Evaluations += search.Evaluations;
            if (!found && memory.Count > 0)
                memory.Clear();
            else if (!found)
                progress.Fail(-first * slope, search.FoundFinite);
            else
            {
                memory.Add(trial, x, trialGradient, gradient);
                trial.CopyTo(x);
                trialGradient.CopyTo(gradient);
                progress.Record(search.Found.Cost, gradient, search.Found.Step * TensorPrimitives.Norm<double>(direction));
            }
        }
        return progress.Result;
    }
}
