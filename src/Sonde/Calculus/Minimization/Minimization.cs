namespace Sonde.Calculus.Minimization;

/// <summary>What a minimizer reached, and how. Not to have converged is a value, never an exception.</summary>
/// <param name="Stopped">Why it ended.</param>
/// <param name="Log">Where it stood at the start and after each iteration.</param>
/// <param name="Evaluations">How often the cost was evaluated, with its gradient or without.</param>
public sealed record Minimization(StopReason Stopped, IReadOnlyList<MinimizationStep> Log, int Evaluations)
{
    /// <summary>f where it ended.</summary>
    public double Cost => Log[^1].Cost;

    /// <summary>|∇f| where it began.</summary>
    public double GradientNormAtStart => Log[0].GradientNorm;

    /// <summary>|∇f| where it ended.</summary>
    public double GradientNorm => Log[^1].GradientNorm;

    /// <summary>How many steps were taken.</summary>
    public int Iterations => Log.Count - 1;

    /// <summary>Products with the Hessian in all inner iterations.</summary>
    public int InnerIterations => Log.Sum(step => step.InnerIterations);

    /// <summary>Whether the gradient fell below the tolerance, or nothing but rounding is left to gain.</summary>
    public bool Succeeded => Stopped is StopReason.Converged or StopReason.Stalled;
}
