namespace Sonde.Calculus.Minimization;

/// <summary>Where a minimization stood after an iteration; the first one says where it began.</summary>
/// <param name="Cost">f(x).</param>
/// <param name="GradientNorm">|∇f(x)|.</param>
/// <param name="StepLength">How far x moved, |Δx|.</param>
/// <param name="Evaluations">Evaluations of the cost so far.</param>
/// <param name="InnerIterations">Products with the Hessian that the step took, where an inner iteration found it.</param>
public readonly record struct MinimizationStep(double Cost, double GradientNorm, double StepLength, int Evaluations, int InnerIterations = 0);
