namespace Sonde.Calculus.Minimization;

/// <summary>How a linear system was solved.</summary>
/// <param name="Stopped">Why it ended.</param>
/// <param name="Log">Where it stood at the start and after each iteration.</param>
/// <param name="Ritz">Approximate eigenvectors, where the solver finds them.</param>
public sealed record LinearSolution(StopReason Stopped, IReadOnlyList<LinearStep> Log, RitzPairs? Ritz = null)
{
    /// <summary>Products with A.</summary>
    public int Iterations => Log.Count - 1;

    /// <summary>Whether x may be used: solved, or as far as the iterations went.</summary>
    public bool Succeeded => Stopped is StopReason.Converged or StopReason.IterationLimit;
}
