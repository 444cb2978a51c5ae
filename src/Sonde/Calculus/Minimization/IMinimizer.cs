namespace Sonde.Calculus.Minimization;

/// <summary>Lowers any smooth function.</summary>
public interface IMinimizer : ILeastSquaresMinimizer
{
    /// <summary>Moves x to where the cost is lower.</summary>
    /// <param name="objective">The cost.</param>
    /// <param name="x">Where to begin; overwritten with where it ended, a place where the cost is finite if the start was.</param>
    /// <exception cref="ArgumentException">x has not the width of the objective.</exception>
    Minimization Minimize(IObjective objective, Span<double> x);

    Minimization ILeastSquaresMinimizer.Minimize(LeastSquares problem, Span<double> x) => Minimize((IObjective)problem, x);
}
