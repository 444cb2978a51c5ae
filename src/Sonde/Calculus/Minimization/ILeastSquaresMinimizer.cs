namespace Sonde.Calculus.Minimization;

/// <summary>Lowers a sum of squares. Holds no state: one instance serves all threads.</summary>
public interface ILeastSquaresMinimizer
{
    /// <summary>Moves x to where the cost is lower.</summary>
    /// <param name="problem">The cost.</param>
    /// <param name="x">Where to begin; overwritten with where it ended, a place where the cost is finite if the start was.</param>
    /// <exception cref="ArgumentException">x has not the width of the problem.</exception>
    Minimization Minimize(LeastSquares problem, Span<double> x);
}
