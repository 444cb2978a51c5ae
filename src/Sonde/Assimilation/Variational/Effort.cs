using Sonde.Assimilation.Filters;
using Sonde.Calculus.Minimization;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>What the minimizations of a window took, and where the last one ended.</summary>
/// <param name="Iterations">Steps of all.</param>
/// <param name="InnerIterations">Products with the Hessian of all.</param>
/// <param name="Last">The last one; null before the first.</param>
internal readonly record struct Effort(int Iterations, int InnerIterations, Minimization? Last)
{
    /// <summary>What is said where the last one ended before its tolerance.</summary>
    public const string NotConverged = "The iterations ended before the tolerance.";

    /// <summary>What is said where a Hessian cannot be inverted.</summary>
    public const string Indefinite = "The Hessian of the cost is not positive definite.";

    /// <summary>Why the numbers mean nothing; null where they are sound.</summary>
    public string? Failure => Last?.Stopped switch
    {
        StopReason.NotFinite => EnsembleCycle.NotFinite,
        StopReason.NotPositiveDefinite => Indefinite,
        _ => null,
    };

    /// <summary>With one more.</summary>
    public Effort With(Minimization outcome) => new(Iterations + outcome.Iterations, InnerIterations + outcome.InnerIterations, outcome);

    /// <summary>A belief with the status that the last one gives it.</summary>
    public Analysis Conclude(IBelief belief) => Last is null or { Succeeded: true } ? new(belief) : new(belief, AnalysisStatus.NotConverged, NotConverged);

    /// <summary>Says all of it about an observation time.</summary>
    public void Report(IAnalysisObserver observer, Observation observation)
    {
        observer.OnDiagnostic(observation, Diagnostic.Iterations, Iterations);
        observer.OnDiagnostic(observation, Diagnostic.InnerIterations, InnerIterations);
        if (Last is null)
            return;
        observer.OnDiagnostic(observation, Diagnostic.Cost, Last.Cost);
        observer.OnDiagnostic(observation, Diagnostic.GradientNorm, Last.GradientNorm);
    }
}
