using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// Approximate eigenvalues θ and eigenvectors u of P A, with P the preconditioner (the identity for those of A): P A u ≈ θ u. The vectors are
/// orthonormal in P⁻¹, and their duals P⁻¹ u in P.
/// </summary>
public sealed class RitzPairs
{
    /// <summary>Pairs in the order of falling eigenvalues.</summary>
    /// <param name="values">θ, [k].</param>
    /// <param name="vectors">A row is u, [k, n].</param>
    /// <param name="duals">A row is P⁻¹ u, [k, n].</param>
    /// <param name="bounds">How far an eigenvalue may be from θ at most, [k].</param>
    internal RitzPairs(double[] values, Matrix<double> vectors, Matrix<double> duals, double[] bounds) =>
        (Values, Vectors, Duals, Bounds) = (values, vectors, duals, bounds);

    /// <summary>How many pairs there are.</summary>
    public int Count => Values.Count;

    /// <summary>n.</summary>
    public int Width => Vectors.Width;

    /// <summary>θ, falling, [Count].</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>A row is u, [Count, n].</summary>
    public Matrix<double> Vectors { get; }

    /// <summary>A row is P⁻¹ u, [Count, n].</summary>
    public Matrix<double> Duals { get; }

    /// <summary>How far an eigenvalue may be from θ at most, [Count].</summary>
    public IReadOnlyList<double> Bounds { get; }

    /// <summary>The pairs with the largest θ among those whose bound is a small part of it.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="tolerance">The largest bound, as a part of θ.</param>
    public RitzPairs Leading(int most, double tolerance)
    {
        int[] chosen = [.. Enumerable.Range(0, Count).Where(i => Bounds[i] <= tolerance * Values[i]).Take(most)];
        var (vectors, duals) = (new Matrix<double>(chosen.Length, Width), new Matrix<double>(chosen.Length, Width));
        for (var i = 0; i < chosen.Length; i++)
        {
            Vectors[chosen[i]].CopyTo(vectors[i]);
            Duals[chosen[i]].CopyTo(duals[i]);
        }
        return new([.. chosen.Select(i => Values[i])], vectors, duals, [.. chosen.Select(i => Bounds[i])]);
    }
}
