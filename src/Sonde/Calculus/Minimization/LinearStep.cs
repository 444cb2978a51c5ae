namespace Sonde.Calculus.Minimization;

/// <summary>Where the solution of a linear system stood after an iteration; the first one is for x = 0.</summary>
/// <param name="Cost">½ xᵀ A x − bᵀ x.</param>
/// <param name="Residual">√(rᵀ P r) with r = b − A x and the preconditioner P.</param>
public readonly record struct LinearStep(double Cost, double Residual);
