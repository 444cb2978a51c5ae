namespace Sonde.Calculus.Minimization;

/// <summary>A number that depends smoothly on a vector, and its gradient.</summary>
public interface IObjective
{
    /// <summary>n.</summary>
    int Width { get; }

    /// <summary>f(x), and ∇f(x). Where f is not finite the gradient may hold anything.</summary>
    /// <param name="x">[n].</param>
    /// <param name="gradient">[n], overwritten.</param>
    double Evaluate(ReadOnlySpan<double> x, Span<double> gradient);
}
