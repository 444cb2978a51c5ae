using System.Numerics.Tensors;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// A⁻¹ ≈ P + Σ (1/θ − 1) u uᵀ from Ritz pairs of P A: eigenvalues that are known are moved to 1, where a control-variable transform has the
/// others. It is the spectral limited-memory preconditioner of the next outer loop (Tshimanga, Gratton, Weaver, Sartenaer, Q. J. R. Meteorol. Soc.
/// 134, 2008, eq. 24) and, with A = I + JᵀJ and λ = θ − 1, the posterior covariance I − Σ λ/(1 + λ) u uᵀ (Fisher, Courtier, ECMWF Tech. Memo. 220,
/// 1995).
/// </summary>
/// <param name="pairs">θ and u.</param>
/// <param name="inner">P, with which the pairs were found; null for the identity.</param>
public sealed class SpectralPreconditioner(RitzPairs pairs, IInverseHessian? inner = null) : IInverseHessian
{
    /// <inheritdoc/>
    public int Width => pairs.Width;

    /// <summary>How many eigenvalues are known, those of the inner preconditioner left out.</summary>
    public int Count => pairs.Count;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> x, Span<double> y)
    {
        LinearSystem.Precondition(inner, x, y);
        for (var i = 0; i < pairs.Count; i++)
        {
            var u = pairs.Vectors[i];
            TensorPrimitives.MultiplyAdd(u, (1 / pairs.Values[i] - 1) * TensorPrimitives.Dot(u, x), y, y);
        }
    }

    /// <inheritdoc/>
    /// <remarks>s + Σ (θ^−½ − 1) u (P⁻¹ u)ᵀ s, with s a draw with covariance P.</remarks>
    public void Color(Span<double> noise)
    {
        inner?.Color(noise);
        for (var i = 0; i < pairs.Count; i++)                   // the pairs are orthogonal: one does not see what another added
            TensorPrimitives.MultiplyAdd(
                pairs.Vectors[i], (1 / Math.Sqrt(pairs.Values[i]) - 1) * TensorPrimitives.Dot<double>(pairs.Duals[i], noise), noise, noise);
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
            var factor = 1 / pairs.Values[i] - 1;
            for (var j = 0; j < variances.Length; j++)
                variances[j] += factor * u[j] * u[j];
        }
    }
}
