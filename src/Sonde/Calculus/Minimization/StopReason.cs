namespace Sonde.Calculus.Minimization;

/// <summary>Why an iteration ended. None of these is an exception: what was reached is returned with its reason.</summary>
public enum StopReason
{
    /// <summary>The gradient, or the residual, fell below the tolerance.</summary>
    Converged,

    /// <summary>No step changes the cost by more than rounding: as good as it gets in double precision.</summary>
    Stalled,

    /// <summary>All iterations were used.</summary>
    IterationLimit,

    /// <summary>No step along the direction of search, or at any damping, lowers the cost.</summary>
    LineSearchFailed,

    /// <summary>A cost, a gradient or a residual is NaN or infinite, and no shorter step avoids it.</summary>
    NotFinite,

    /// <summary>A matrix that should be positive definite is not.</summary>
    NotPositiveDefinite,
}
