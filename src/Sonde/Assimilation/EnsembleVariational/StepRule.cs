using Sonde.Calculus.Minimization;

namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>What <see cref="MemberNewton"/> takes of a minimizer.</summary>
/// <param name="Iterations">Most steps.</param>
/// <param name="Tolerance">Stops when the gradient's norm is this fraction of the first one.</param>
/// <param name="AbsoluteTolerance">Stops when the gradient's norm is below this.</param>
/// <param name="Trials">Most tries of a step.</param>
/// <param name="Damping">The first λ as a share of the natural one; null halves steps instead.</param>
internal sealed record StepRule(int Iterations, double Tolerance, double AbsoluteTolerance, int Trials, double? Damping)
{
    /// <summary>That of a minimizer whose Hessian is formed and factored; null for any other.</summary>
    public static StepRule? Of(ILeastSquaresMinimizer minimizer) => minimizer switch
    {
        GaussNewton { Halvings: > 0, Inner: null or DenseNormal { Scaled: false } } one => new(one.Iterations, one.Tolerance, one.AbsoluteTolerance, one.Halvings + 1, null),
        LevenbergMarquardt { Inner: null or DenseNormal { Scaled: false } } one => new(one.Iterations, one.Tolerance, one.AbsoluteTolerance, one.Trials, one.Damping),
        _ => null,
    };
}
