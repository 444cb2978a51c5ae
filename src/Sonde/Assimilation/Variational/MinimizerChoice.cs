using Sonde.Calculus.Minimization;

namespace Sonde.Assimilation.Variational;

/// <summary>What a variational method leaves open about its minimizer, filled in by the size of the problem.</summary>
internal static class MinimizerChoice
{
    /// <summary>Most control values for which the Hessian is formed and factored where nothing else is named.</summary>
    public const int Small = 500;

    private const int PosteriorIterations = 100;

    /// <summary>A minimizer with nothing left open.</summary>
    /// <param name="given">As named; null for Gauss-Newton.</param>
    /// <param name="iterations">Most iterations in place of its own; null to leave them.</param>
    /// <param name="tolerance">The same of its tolerance.</param>
    /// <param name="unknowns">Control values.</param>
    /// <param name="direct">How this problem's normal equations are factored.</param>
    public static ILeastSquaresMinimizer Complete(ILeastSquaresMinimizer? given, int? iterations, double? tolerance, int unknowns, INormalSolver direct) =>
        (given ?? new GaussNewton()) switch
        {
            GaussNewton one => one with
            {
                Iterations = iterations ?? one.Iterations, Tolerance = tolerance ?? one.Tolerance, Inner = Inner(one.Inner, unknowns, direct),
            },
            LevenbergMarquardt one => one with
            {
                Iterations = iterations ?? one.Iterations, Tolerance = tolerance ?? one.Tolerance, Inner = Inner(one.Inner, unknowns, direct),
            },
            Lbfgs one => one with { Iterations = iterations ?? one.Iterations, Tolerance = tolerance ?? one.Tolerance },
            var other => other,
        };

    /// <summary>How error bars are found with a complete minimizer: as its steps are where it factors, else by leading eigenvectors.</summary>
    public static INormalSolver Posterior(ILeastSquaresMinimizer minimizer) => InnerOf(minimizer) switch
    {
        null or ConjugateGradient => new Lanczos(PosteriorIterations),
        var inner => inner,
    };

    private static INormalSolver? InnerOf(ILeastSquaresMinimizer minimizer) => minimizer switch
    {
        GaussNewton one => one.Inner,
        LevenbergMarquardt one => one.Inner,
        _ => null,
    };

    private static INormalSolver Inner(INormalSolver? given, int unknowns, INormalSolver direct) => given switch
    {
        null => unknowns <= Small ? direct : new Lanczos(),
        DenseNormal { Scaled: var scaled } => direct switch
        {
            DenseNormal => given,
            BlockTridiagonalNormal blocks => blocks with { Scaled = scaled },
            _ => direct,
        },
        _ => given,
    };
}
