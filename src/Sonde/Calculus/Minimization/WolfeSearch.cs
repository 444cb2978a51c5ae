using System.Numerics.Tensors;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// Finds a step α along a direction p that lowers the cost enough, f(x + α p) ≤ f + c₁ α f′, where the slope has become flat enough,
/// |f′(x + α p)| ≤ c₂ |f′|: the strong Wolfe conditions. Nocedal, Wright, "Numerical optimization", 2nd ed., algorithms 3.5 and 3.6 with the
/// cubic of eq. 3.59. Costs that are not finite count as too high; differences within rounding count as none.
/// </summary>
internal ref struct WolfeSearch
{
    private const double Rounding = 4 * Progress.Epsilon;
    private readonly IObjective objective;
    private readonly ReadOnlySpan<double> x, p;
    private readonly Span<double> trial, gradient;
    private readonly double sufficientDecrease, curvature;
    private readonly int mostEvaluations;
    private readonly Point start;

    /// <summary>A search from x along p.</summary>
    /// <param name="objective">f.</param>
    /// <param name="x">Where it begins.</param>
    /// <param name="p">The direction.</param>
    /// <param name="cost">f(x).</param>
    /// <param name="slope">pᵀ∇f(x), below 0.</param>
    /// <param name="trial">Becomes x + α p.</param>
    /// <param name="gradient">Becomes ∇f there.</param>
    /// <param name="rule">c₁, c₂ and how often f may be evaluated.</param>
    public WolfeSearch(
        IObjective objective, ReadOnlySpan<double> x, ReadOnlySpan<double> p, double cost, double slope, Span<double> trial, Span<double> gradient, Lbfgs rule)
    {
        (this.objective, sufficientDecrease, curvature, mostEvaluations) = (objective, rule.SufficientDecrease, rule.Curvature, rule.Evaluations);
        this.x = x;
        this.p = p;
        this.trial = trial;
        this.gradient = gradient;
        start = new(0, cost, slope);
    }

    /// <summary>How often f was evaluated.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Whether some step gave a finite cost.</summary>
    public bool FoundFinite { get; private set; }

    /// <summary>Where <see cref="TryFind"/> ended.</summary>
    public Point Found { get; private set; }

    /// <summary>Tries <paramref name="first"/>, then longer steps until one goes too far, then steps in between; false where none serves.</summary>
    public bool TryFind(double first)
    {
        var before = start;
        for (var step = first; Evaluations < mostEvaluations;)
        {
            var here = At(step);
            if (TooHigh(here, before))
                return TryBetween(before, here);
            if (FlatEnough(here))
                return Accept(here);
            if (here.Slope >= 0)
                return TryBetween(here, before);
            var stride = here.Step - before.Step;
            var least = Cubic(before, here);
            step = least < here.Step + 9 * stride ? Math.Max(least, here.Step + stride) : here.Step + 9 * stride;
            before = here;
        }
        return before.Cost < start.Cost && Accept(before);              // lower, though not flat
    }

    /// <summary>Narrows an interval of which <paramref name="low"/> is the end with the lowest cost that decreases sufficiently.</summary>
    private bool TryBetween(Point low, Point high)
    {
        while (Evaluations < mostEvaluations && Math.Abs(high.Step - low.Step) > Rounding * Math.Abs(low.Step))
        {
            var here = At(Between(low, high));
            if (TooHigh(here, low))
                high = here;
            else if (FlatEnough(here))
                return Accept(here);
            else
            {
                if (here.Slope * (high.Step - low.Step) >= 0)
                    high = low;
                low = here;
            }
        }
        return low.Cost < start.Cost && Accept(At(low.Step));
    }

    private Point At(double step)
    {
        TensorPrimitives.MultiplyAdd(p, step, x, trial);
        Evaluations++;
        var cost = objective.Evaluate(trial, gradient);
        var slope = TensorPrimitives.Dot(gradient, p);
        if (!double.IsFinite(cost) || !double.IsFinite(slope))
            return new(step, double.PositiveInfinity, double.NaN);
        FoundFinite = true;
        return new(step, cost, slope);
    }

    private readonly bool TooHigh(Point here, Point low)
    {
        var rounding = Rounding * Math.Abs(start.Cost);
        return here.Cost > start.Cost + sufficientDecrease * here.Step * start.Slope + rounding || (low.Step > 0 && here.Cost > low.Cost + rounding);
    }

    private readonly bool FlatEnough(Point here) => Math.Abs(here.Slope) <= -curvature * start.Slope;

    private bool Accept(Point found)
    {
        Found = found;
        return true;
    }

    /// <summary>The cubic's minimum, a tenth of the interval or more away from its ends; its middle where there is no cubic.</summary>
    private static double Between(Point low, Point high)
    {
        var margin = 0.1 * Math.Abs(high.Step - low.Step);
        var step = Cubic(low, high);
        return double.IsNaN(step)
            ? 0.5 * (low.Step + high.Step)
            : Math.Clamp(step, Math.Min(low.Step, high.Step) + margin, Math.Max(low.Step, high.Step) - margin);
    }

    /// <summary>Where the cubic through two costs and slopes is least; far beyond both where it falls for ever, NaN where a cost is not finite.</summary>
    private static double Cubic(Point a, Point b)
    {
        if (a.Step > b.Step)
            (a, b) = (b, a);
        var d1 = a.Slope + b.Slope - 3 * (a.Cost - b.Cost) / (a.Step - b.Step);
        var square = d1 * d1 - a.Slope * b.Slope;
        if (square < 0)
            return double.PositiveInfinity;
        var d2 = Math.Sqrt(square);
        var step = b.Step - (b.Step - a.Step) * (b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2);
        return double.IsInfinity(step) ? double.PositiveInfinity : step;
    }

    /// <summary>A step, the cost there and its slope along the direction.</summary>
    internal readonly record struct Point(double Step, double Cost, double Slope);
}
