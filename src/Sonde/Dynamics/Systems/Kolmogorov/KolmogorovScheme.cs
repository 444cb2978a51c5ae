namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>How a <see cref="KolmogorovFlow"/> is discretized.</summary>
public enum KolmogorovScheme
{
    /// <summary>
    /// Finite volumes on a staggered grid: u at eastern and v at northern faces, advection by the limiter of van Leer, forward Euler, then
    /// the pressure projection. Kochkov et al., PNAS 118, 2021; the scheme of the published benchmark.
    /// </summary>
    FiniteVolume,

    /// <summary>
    /// Fourier modes of the vorticity below a third of the points, so that products are free of aliasing; Runge-Kutta of five stages with
    /// the linear terms by Crank and Nicolson. Canuto et al., "Spectral Methods: Evolution to Complex Geometries", 2007, appendix D.3.
    /// </summary>
    Spectral,
}
