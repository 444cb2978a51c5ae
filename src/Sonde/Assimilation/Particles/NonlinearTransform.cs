using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Particles;

/// <summary>
/// X with E ← x̄ + X A: mean Σ w x and covariance Σ w (x − Σ w x)(x − Σ w x)ᵀ (about 1/N) of members weighted by w, X = 1 wᵀ + N^½ S with
/// Sᵀ S = diag(w) − w wᵀ and 1ᵀ S = 0. With u = w^½ and e = 1/N^½ the rotated root is
/// S = (I − (u + e)(u + e)ᵀ/(1 + uᵀe) + e uᵀ) diag(u).
/// </summary>
internal static class NonlinearTransform
{
    /// <summary>Fills X; tells the effective sample size, NaN where no member has a weight or numbers failed.</summary>
    /// <param name="logWeights">[N]; destroyed.</param>
    /// <param name="root">Which root.</param>
    /// <param name="transform">X, [N, N].</param>
    public static double Fill(Span<double> logWeights, TransformRoot root, Batch<double> transform)
    {
        var w = logWeights;
        var effective = Normalize(w);
        if (double.IsNaN(effective))
            return effective;
        if (root == TransformRoot.Rotated)
            FillRotated(w, transform);
        else if (!FillSymmetric(w, transform))
            return double.NaN;
        for (var i = 0; i < w.Length; i++)
            TensorPrimitives.Add(transform[i], w, transform[i]);
        return effective;
    }

    private static bool FillSymmetric(ReadOnlySpan<double> w, Batch<double> transform)
    {
        var n = w.Length;
        using var frame = Scratch.Enter();
        var covariance = frame.Rent(n, n);
        var vectors = frame.Rent(n, n);
        var scaled = frame.Rent(n, n);
        var values = frame.Rent(1, n)[0];
        for (var i = 0; i < n; i++)
        {
            TensorPrimitives.Multiply(w, -w[i], covariance[i]);
            covariance[i, i] += w[i];
        }
        if (!SymmetricEigen.Decompose(covariance, values, vectors))
            return false;
        for (var i = 0; i < n; i++)
            TensorPrimitives.Multiply(vectors[i], Math.Sqrt(n * Math.Max(0, values[i])), scaled[i]);
        Dense.MultiplyTransposedLeft<double>(1, scaled, vectors, 0, transform);
        Moments.Center(transform, values);              // 1ᵀ S = 0 to the last digit: roots of eigenvalues near 0 have half of them
        return true;
    }

    private static void FillRotated(ReadOnlySpan<double> w, Batch<double> transform)
    {
        var n = w.Length;
        using var frame = Scratch.Enter();
        var u = frame.Rent(1, n)[0];
        var sum = frame.Rent(1, n)[0];                              // u + e
        var scale = frame.Rent(1, n)[0];                            // N^½ u
        TensorPrimitives.Sqrt(w, u);
        var e = 1 / Math.Sqrt(n);
        TensorPrimitives.Add(u, e, sum);
        TensorPrimitives.Multiply(u, Math.Sqrt(n), scale);
        var divisor = 1 + e * TensorPrimitives.Sum<double>(u);
        for (var i = 0; i < n; i++)
        {
            TensorPrimitives.Multiply(sum, -sum[i] / divisor, transform[i]);
            TensorPrimitives.MultiplyAdd(u, e, transform[i], transform[i]);
            transform[i, i] += 1;
            TensorPrimitives.Multiply(transform[i], scale, transform[i]);
        }
    }

    /// <summary>w ← exp(w) / Σ exp(w); tells 1/Σ w².</summary>
    private static double Normalize(Span<double> w)
    {
        using var frame = Scratch.Enter();
        var logs = frame.Rent(1, w.Length)[0];
        w.CopyTo(logs);
        w.Fill(1);
        return ImportanceWeights.Multiply(w, logs);
    }
}
