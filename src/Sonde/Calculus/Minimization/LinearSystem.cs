namespace Sonde.Calculus.Minimization;

/// <summary>What the solvers of linear systems share.</summary>
internal static class LinearSystem
{
    private const int FewSteps = 256;

    public static void Fit(ISymmetricMap a, ReadOnlySpan<double> b, Span<double> x, ISymmetricMap? preconditioner)
    {
        ArgumentNullException.ThrowIfNull(a);
        if (b.Length != a.Width || x.Length != a.Width)
            throw new ArgumentException($"A system of {a.Width} equations takes vectors of that length, not of {b.Length} and {x.Length}.");
        if (preconditioner is not null && preconditioner.Width != a.Width)
            throw new ArgumentException(
                $"A system of {a.Width} equations takes a preconditioner of that width, not of {preconditioner.Width}.", nameof(preconditioner));
    }

    public static List<LinearStep> Log(int iterations) => new(Math.Min(iterations, FewSteps) + 1);

    /// <summary>z = P r.</summary>
    public static void Precondition(ISymmetricMap? preconditioner, ReadOnlySpan<double> r, Span<double> z)
    {
        if (preconditioner is null)
            r.CopyTo(z);
        else
            preconditioner.Apply(r, z);
    }
}
