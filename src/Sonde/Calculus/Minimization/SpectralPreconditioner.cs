using System.Numerics.Tensors;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// A⁻¹ ≈ P + Σ (μ/θ − 1) u uᵀ from Ritz pairs of P A: eigenvalues that are known are moved to μ. It is the spectral limited-memory preconditioner
/// of the next outer loop (Tshimanga, Gratton, Weaver, Sartenaer, Q. J. R. Meteorol. Soc. 134, 2008) and, with A = I + JᵀJ, λ = θ − 1 and μ = 1,
/// the posterior covariance I − Σ λ/(1 + λ) u uᵀ (Fisher, Courtier, ECMWF Tech. Memo. 220, 1995).
/// </summary>
/// <param name="pairs">θ and u.</param>
/// <param name="inner">P, with which the pairs were found; null for the identity.</param>
/// <param name="target">
/// μ: 1 for an inverse; as a preconditioner it does well to move eigenvalues among those that are left, to the smallest θ, say, so that none of them
/// becomes the new extreme.
/// </param>
public sealed class SpectralPreconditioner(RitzPairs pairs, IInverseHessian? inner = null, double target = 1) : IInverseHessian
{
    /// <inheritdoc/>
    public int Width => pairs.Width;

    /// <summary>θ and u.</summary>
    public RitzPairs Pairs => pairs;

    /// <summary>How many eigenvalues are known, those of the inner preconditioner left out.</summary>
    public int Count => pairs.Count;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> x, Span<double> y)
    {
        LinearSystem.Precondition(inner, x, y);
        for (var i = 0; i < pairs.Count; i++)
        {
            var u = pairs.Vectors[i];
            TensorPrimitives.MultiplyAdd(u, (target / pairs.Values[i] - 1) * TensorPrimitives.Dot(u, x), y, y);
        }
    }

    /// <inheritdoc/>
    /// <remarks>s + Σ ((μ/θ)^½ − 1) u (P⁻¹ u)ᵀ s, with s a draw with covariance P.</remarks>
    public void Color(Span<double> noise)
    {
        inner?.Color(noise);
        for (var i = 0; i < pairs.Count; i++)                   // the pairs are orthogonal: one does not see what another added
            TensorPrimitives.MultiplyAdd(
                pairs.Vectors[i], (Math.Sqrt(target / pairs.Values[i]) - 1) * TensorPrimitives.Dot<double>(pairs.Duals[i], noise), noise, noise);
    }

    /// <inheritdoc/>
    public void Variances(Span<double> variances)
    {
        if (inner is null)
            variances.Fill(1);
        else
            inner.Variances(variances);
        for (var i = 0; i < pairs.Count; i++)
        {
            var u = pairs.Vectors[i];
            var factor = target / pairs.Values[i] - 1;
            for (var j = 0; j < variances.Length; j++)
                variances[j] += factor * u[j] * u[j];
        }
    }
}
