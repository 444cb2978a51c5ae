namespace Sonde.Calculus.Minimization;

/// <summary>How a step was found.</summary>
/// <param name="Stopped">Converged, or why not.</param>
/// <param name="InnerIterations">Products with the Hessian.</param>
public readonly record struct NormalStep(StopReason Stopped, int InnerIterations)
{
    /// <summary>Whether the step may be used: solved, or as far as the iterations went.</summary>
    public bool Succeeded => Stopped is StopReason.Converged or StopReason.IterationLimit;
}
