namespace Sonde.Dynamics;

/// <summary>How dv/dt = L v + N(v) is stepped where L is diagonal and stiff; the order of convergence is in brackets.</summary>
public enum SemilinearScheme
{
    /// <summary>
    /// Exponential time differencing with four stages: L exactly, N by Runge-Kutta [4]. Cox and Matthews, J. Comput. Phys. 176, 2002;
    /// Kassam and Trefethen, SIAM J. Sci. Comput. 26, 2005, eq. 2.5.
    /// </summary>
    Etdrk4,

    /// <summary>
    /// Three stages of dt/3, dt/2 and dt from the start of the step, N explicit and L by the trapezoidal rule [2].
    /// Wicker and Skamarock, Mon. Wea. Rev. 130, 2002, eq. 3, made semi-implicit.
    /// </summary>
    SemiImplicit3,
}
