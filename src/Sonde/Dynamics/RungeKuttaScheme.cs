namespace Sonde.Dynamics;

/// <summary>Explicit Runge-Kutta schemes; the order of convergence is in brackets.</summary>
public enum RungeKuttaScheme
{
    /// <summary>x + dt f(t, x) [1].</summary>
    Euler,

    /// <summary>One slope at half the step [2].</summary>
    Midpoint,

    /// <summary>The mean of the slopes at both ends [2].</summary>
    Heun,

    /// <summary>Kutta's third-order scheme [3].</summary>
    Kutta3,

    /// <summary>The classical scheme of four stages [4].</summary>
    Classical4,
}
