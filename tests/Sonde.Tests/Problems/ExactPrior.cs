using Sonde.Assimilation;
using Sonde.Numerics;

namespace Sonde.Tests.Problems;

/// <summary>Draws ensembles whose mean and covariance are exactly those of a Gaussian; needs more members than components.</summary>
internal sealed class ExactPrior(double[] mean, Matrix<double> covariance) : IPrior
{
    public void Sample(Batch<double> members, RandomSource random)
    {
        if (members.Rows <= members.Width)
        {
            new GaussianPrior(mean, covariance).Sample(members, random);
            return;
        }
        using var frame = Scratch.Enter();
        var (n, width) = (members.Rows, members.Width);
        var basis = frame.Rent(width + 1, n);                   // 1, then directions orthogonal to it: columns of exact moments
        var root = frame.Rent(width, width);
        random.FillNormal(basis.Values);
        basis[0].Fill(1);
        Assert.True(Qr.OrthonormalizeRows(basis));
        Assert.True(CovarianceRoot.Rows(covariance, root));
        Dense.MultiplyTransposedLeft<double>(Math.Sqrt(n - 1), basis.Slice(1, width), root, 0, members);
        Sonde.Assimilation.Moments.Shift(members, mean);
    }

    public GaussianBelief Moments() => new([.. mean], covariance.Copy());
}
