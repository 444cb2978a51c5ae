using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Verification;

/// <summary>Scores of a Gaussian against the truth, in closed form.</summary>
public static class GaussianScores
{
    private const double RootOfPi = 1.7724538509055161;

    /// <summary>σ [z (2Φ(z) − 1) + 2φ(z) − 1/√π], z = (truth − mean)/σ: Gneiting et al., MWR 133, 2005; |truth − mean| for σ = 0.</summary>
    public static double Crps(double mean, double standardDeviation, double truth)
    {
        var z = (truth - mean) / standardDeviation;
        return standardDeviation > 0 ? ClosedForm(z, NormalDistribution.Cumulative(z), standardDeviation) : Math.Abs(truth - mean);
    }

    /// <summary>Every score of <see cref="Scores"/> but the energy score, component by component, which takes no covariances.</summary>
    /// <param name="mean">[width].</param>
    /// <param name="variance">[width].</param>
    /// <param name="truth">[width].</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static Scores Of(ReadOnlySpan<double> mean, ReadOnlySpan<double> variance, ReadOnlySpan<double> truth) => Of(mean, variance, truth, null);

    /// <summary>−ln of the density N(truth; mean, covariance), the whole vector's, not divided by its width.</summary>
    /// <param name="mean">[width].</param>
    /// <param name="covariance">[width, width].</param>
    /// <param name="truth">[width].</param>
    /// <returns>NaN where the covariance is not positive definite.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static double NegativeLogLikelihood(ReadOnlySpan<double> mean, ReadOnlyBatch<double> covariance, ReadOnlySpan<double> truth)
    {
        if (mean.Length != truth.Length || covariance.Rows != truth.Length || covariance.Width != truth.Length)
            throw new ArgumentException(
                $"The truth has {truth.Length} components, the mean {mean.Length} and the covariance {covariance.Rows} × {covariance.Width}.", nameof(truth));
        using var frame = Scratch.Enter();
        var factor = frame.Rent(covariance.Rows, covariance.Width);
        covariance.CopyTo(factor);
        if (!Cholesky.Factor(factor))
            return double.NaN;
        var z = frame.Rent(1, truth.Length);
        TensorPrimitives.Subtract(truth, mean, z.Values);
        Cholesky.SolveLower(factor, z);
        var sum = 0.5 * TensorPrimitives.SumOfSquares<double>(z.Values) + 0.5 * truth.Length * Math.Log(2 * Math.PI);
        for (var i = 0; i < truth.Length; i++)
            sum += Math.Log(factor[i, i]);
        return sum;
    }

    internal static Scores Of(ReadOnlySpan<double> mean, ReadOnlySpan<double> variance, ReadOnlySpan<double> truth, Calibration? calibration)
    {
        if (mean.Length != truth.Length || variance.Length != truth.Length)
            throw new ArgumentException($"The truth has {truth.Length} components, the mean {mean.Length} and the variance {variance.Length}.", nameof(truth));
        if (!double.IsFinite(TensorPrimitives.SumOfMagnitudes(mean)) || !double.IsFinite(TensorPrimitives.SumOfMagnitudes(variance)))
            return Scores.Diverged;
        const int block = 256;
        using var frame = Scratch.Enter();
        var rows = frame.Rent(4, Math.Min(block, truth.Length));
        double squares = 0, variances = 0, crps = 0, logs = 0;
        for (var at = 0; at < truth.Length; at += block)
        {
            var count = Math.Min(block, truth.Length - at);
            var z = rows[0][..count];
            var p = rows[1][..count];
            var sd = rows[2][..count];
            var log = rows[3][..count];
            TensorPrimitives.Sqrt(variance.Slice(at, count), sd);
            TensorPrimitives.Subtract(truth.Slice(at, count), mean.Slice(at, count), z);
            TensorPrimitives.Divide<double>(z, sd, z);
            NormalDistribution.Cumulative(z, p);
            VectorMath.Log(variance.Slice(at, count), log);
            for (var c = 0; c < count; c++)
            {
                var error = truth[at + c] - mean[at + c];
                var (square, v) = (error * error, variance[at + c]);
                squares += square;
                variances += v;
                crps += v > 0 ? ClosedForm(z[c], p[c], sd[c]) : Math.Abs(error);
                logs += v > 0 ? z[c] * z[c] + log[c] : double.PositiveInfinity;
                calibration?.TakeGaussian(z[c], p[c], v, square);
            }
        }
        crps /= truth.Length;
        return new Scores(
            Math.Sqrt(squares / truth.Length), Math.Sqrt(squares) / TensorPrimitives.Norm(truth), Math.Sqrt(variances / truth.Length),
            crps, crps, double.NaN, 0.5 * (Math.Log(2 * Math.PI) + logs / truth.Length));
    }

    private static double ClosedForm(double z, double p, double sd) => sd * (z * (2 * p - 1) + 2 * NormalDistribution.Density(z) - 1 / RootOfPi);
}
