using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Particles;

/// <summary>
/// The Gaussian kernel laid on each particle: the particles' own covariance times the square of Scott's bandwidth
/// N^(−1/(n+4)) and of a factor. Doucet, de Freitas and Gordon, "Sequential Monte Carlo methods in practice", 2001, §12.2.2.
/// </summary>
internal static class ParticleKernel
{
    private const double Collapsed = 1e-10;     // with one particle left there is no weighted covariance: the unweighted one serves

    /// <summary>Scott's rule of thumb.</summary>
    public static double Bandwidth(int members, int width) => Math.Pow(members, -1.0 / (width + 4));

    /// <summary>Rows C with Cᵀ C = factor² · Σ w (x − x̄)(x − x̄)ᵀ / (1 − Σ w²), about the weighted mean; one row a member.</summary>
    public static void Root(ReadOnlyBatch<double> rows, ReadOnlySpan<double> weights, double factor, Batch<double> root)
    {
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, rows.Width)[0];
        var w = frame.Rent(1, rows.Rows)[0];
        if (1 - TensorPrimitives.Max(weights) < Collapsed)
            w.Fill(1.0 / rows.Rows);
        else
            weights.CopyTo(w);
        Moments.Mean(rows, w, mean);
        var unbiased = 1 / (1 - TensorPrimitives.SumOfSquares<double>(w));
        for (var n = 0; n < rows.Rows; n++)
        {
            TensorPrimitives.Subtract(rows[n], mean, root[n]);
            TensorPrimitives.Multiply(root[n], factor * Math.Sqrt(unbiased * w[n]), root[n]);
        }
    }
}
