using Sonde.Calculus.Minimization;

namespace Sonde.Tests.Problems;

/// <summary>Every way to a minimum, with tolerances that leave nothing but rounding.</summary>
internal static class Minimizers
{
    private const double Tolerance = 1e-11;

    public static IEnumerable<string> Names => ["gauss-newton", "conjugate-gradient", "lanczos", "levenberg-marquardt", "damped-lanczos", "l-bfgs"];

    public static ILeastSquaresMinimizer Named(string name) => name switch
    {
        "gauss-newton" => new GaussNewton(30, Tolerance),
        "conjugate-gradient" => new GaussNewton(30, Tolerance, Inner: new ConjugateGradient(500, 1e-6)),
        "lanczos" => new GaussNewton(30, Tolerance, Inner: new Lanczos(500, 1e-6)),
        "levenberg-marquardt" => new LevenbergMarquardt(200, Tolerance),
        "damped-lanczos" => new LevenbergMarquardt(60, Tolerance, Inner: new Lanczos(500, 1e-6)),
        "l-bfgs" => new Lbfgs(2000, 1e-13, Memory: 40),
        _ => throw new ArgumentException($"No minimizer is called {name}.", nameof(name)),
    };
}
