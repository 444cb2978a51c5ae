namespace Sonde.Calculus.Minimization;

/// <summary>A symmetric matrix of which only products are known: a Hessian, a preconditioner.</summary>
public interface ISymmetricMap
{
    /// <summary>n.</summary>
    int Width { get; }

    /// <summary>y = A x.</summary>
    /// <param name="x">[n].</param>
    /// <param name="y">[n], overwritten; must not overlap x.</param>
    void Apply(ReadOnlySpan<double> x, Span<double> y);
}
