using System.Numerics.Tensors;

namespace Sonde.Calculus.Minimization;

/// <summary>Keeps a minimization's log and decides when it ends.</summary>
internal sealed class Progress(int iterations, double tolerance, double absoluteTolerance)
{
    public const double Epsilon = 2.220446049250313e-16;        // 2⁻⁵²
    private const int FewSteps = 256;
    private readonly List<MinimizationStep> log = new(Math.Min(iterations, FewSteps) + 1);
    private StopReason? stopped;

    public int Evaluations { get; set; }

    public double Cost { get; private set; }

    public double GradientNorm { get; private set; }

    public bool Stops => stopped is not null;

    public Minimization Result => new(stopped!.Value, log, Evaluations);

    /// <summary>Notes where the minimization stands; the first time, where it begins.</summary>
    public void Record(double cost, ReadOnlySpan<double> gradient, double stepLength, int evaluations = 0, int innerIterations = 0)
    {
        Evaluations += evaluations;
        var norm = TensorPrimitives.Norm(gradient);
        var nothingGained = log.Count > 0 && IsRounding(cost - Cost) && norm >= GradientNorm;
        (Cost, GradientNorm) = (cost, norm);
        log.Add(new(Cost, GradientNorm, stepLength, Evaluations, innerIterations));
        if (!double.IsFinite(Cost) || !double.IsFinite(GradientNorm))
            stopped = StopReason.NotFinite;
        else if (GradientNorm <= Math.Max(tolerance * log[0].GradientNorm, absoluteTolerance))
            stopped = StopReason.Converged;
        else if (nothingGained)
            stopped = StopReason.Stalled;
        else if (log.Count > iterations)
            stopped = StopReason.IterationLimit;
    }

    /// <summary>Ends the minimization.</summary>
    public void Stop(StopReason reason) => stopped = reason;

    /// <summary>Ends the minimization because no step lowers the cost.</summary>
    /// <param name="expected">By how much a step should have lowered it.</param>
    /// <param name="foundFinite">Whether a step gave a finite cost.</param>
    public void Fail(double expected, bool foundFinite) => Stop(
        !foundFinite ? StopReason.NotFinite
        : IsRounding(expected) ? StopReason.Stalled
        : StopReason.LineSearchFailed);

    /// <summary>Whether a change of the cost is too small to be told from rounding.</summary>
    public bool IsRounding(double change) => Math.Abs(change) <= 16 * Epsilon * Math.Abs(Cost);

    /// <summary>Whether a step was to change the cost within rounding, and did: then the gradient alone says what it is worth.</summary>
    public bool IsRounding(double expected, double cost) => IsRounding(expected) && IsRounding(cost - Cost);
}
