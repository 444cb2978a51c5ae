using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>N(mean, C) with C diagonal or full.</summary>
public sealed class GaussianPrior : IPrior
{
    private readonly double[] mean;
    private readonly double[] standardDeviation;
    private readonly Matrix<double>? covariance;
    private readonly Matrix<double>? factor;

    /// <summary>Independent components.</summary>
    /// <param name="mean">[width].</param>
    /// <param name="standardDeviation">[width], each 0 or more.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is negative or not finite.</exception>
    public GaussianPrior(double[] mean, double[] standardDeviation)
    {
        if (mean.Length != standardDeviation.Length)
            throw new ArgumentException($"The mean has {mean.Length} components but there are {standardDeviation.Length} standard deviations.", nameof(standardDeviation));
        if (Array.FindIndex(standardDeviation, sd => !(sd >= 0) || !double.IsFinite(sd)) is var wrong and >= 0)
            throw new ArgumentException($"Standard deviation {wrong} is {standardDeviation[wrong]}; it must be finite and not negative.", nameof(standardDeviation));
        if (Array.FindIndex(mean, value => !double.IsFinite(value)) is var odd and >= 0)
            throw new ArgumentException($"Component {odd} of the mean is {mean[odd]}; it must be finite.", nameof(mean));
        (this.mean, this.standardDeviation) = (mean, standardDeviation);
    }

    /// <summary>A full covariance.</summary>
    /// <param name="mean">[width].</param>
    /// <param name="covariance">Symmetric positive definite, [width, width].</param>
    /// <exception cref="ArgumentException">The shapes differ or the covariance is not positive definite.</exception>
    public GaussianPrior(double[] mean, Matrix<double> covariance)
    {
        if (covariance.Rows != mean.Length || covariance.Width != mean.Length)
            throw new ArgumentException($"The mean has {mean.Length} components but the covariance is {covariance.Rows} × {covariance.Width}.", nameof(covariance));
        factor = covariance.Copy();
        if (!Cholesky.Factor(factor.All))
            throw new ArgumentException($"The covariance of {mean.Length} components is not positive definite.", nameof(covariance));
        (this.mean, this.covariance) = (mean, covariance);
        standardDeviation = [.. Enumerable.Range(0, mean.Length).Select(i => Math.Sqrt(covariance[i, i]))];
    }

    /// <inheritdoc/>
    public void Sample(Batch<double> members, RandomSource random)
    {
        for (var n = 0; n < members.Rows; n++)
        {
            using var frame = Scratch.Enter();
            var noise = frame.Rent(1, mean.Length)[0];
            random.Fork(n).FillNormal(noise);
            if (factor is null)
                TensorPrimitives.MultiplyAdd(noise, standardDeviation, mean, members[n]);
            else
                for (var i = 0; i < mean.Length; i++)
                    members[n, i] = mean[i] + TensorPrimitives.Dot<double>(factor[i][..(i + 1)], noise[..(i + 1)]);
        }
    }

    /// <inheritdoc/>
    public GaussianBelief Moments() => covariance is not null
        ? new GaussianBelief([.. mean], covariance.Copy())
        : new GaussianBelief([.. mean], [.. standardDeviation.Select(sd => sd * sd)]);
}
