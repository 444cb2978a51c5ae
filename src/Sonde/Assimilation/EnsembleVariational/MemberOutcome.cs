using Sonde.Calculus.Minimization;

namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>How the minimization of one member's cost ended.</summary>
/// <param name="Stopped">Why.</param>
/// <param name="Iterations">Steps.</param>
/// <param name="Cost">½ |v − c|² + ½ |G(v) − y|².</param>
/// <param name="GradientNorm">Its gradient's norm.</param>
internal readonly record struct MemberOutcome(StopReason Stopped, int Iterations, double Cost, double GradientNorm)
{
    /// <summary>Of a minimizer of its own.</summary>
    public static MemberOutcome Of(Minimization outcome) => new(outcome.Stopped, outcome.Iterations, outcome.Cost, outcome.GradientNorm);

    /// <summary>Whether the numbers mean nothing.</summary>
    public bool Failed => Stopped is StopReason.NotFinite or StopReason.NotPositiveDefinite;

    /// <summary>Whether there is nothing left to gain.</summary>
    public bool Succeeded => Stopped is StopReason.Converged or StopReason.Stalled;
}
