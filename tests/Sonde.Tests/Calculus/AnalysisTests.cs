using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Calculus;

/// <summary>The mean of a Gaussian after observations, under every form of its prior: against full matrices.</summary>
public sealed class AnalysisTests
{
    private const int Size = 17, HalfWidth = 4, Rank = 3;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_banded_covariance_is_updated_as_among_the_observations(int reach)
    {
        var (mean, right, evidence) = Window(reach);
        var c = Lower();
        Matrix<double> triangle = Bands.Triangle(c), covariance = new(Size, Size);
        Dense.MultiplyTransposedRight<double>(1, triangle, triangle, 0, covariance);
        var precision = Inverse(covariance);
        Check(new CovarianceAnalysis<double>(HalfWidth), mean, c, evidence, right, precision, 1e-10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_few_directions_beside_the_identity_are_conditioned_exactly(int reach)
    {
        var (mean, right, evidence) = Window(reach);
        var directions = new Matrix<double>(Rank, Size);
        new RandomSource(9).FillNormal(directions.Values);
        var precision = Matrix<double>.Identity(Size);
        Dense.MultiplyTransposedLeft<double>(1, directions, directions, 1, precision);
        Check(new LowRankAnalysis<double>(Rank, HalfWidth), mean, directions, evidence, right, precision, 1e-10);
    }

    [Fact]
    public void A_banded_precision_is_conditioned_exactly()
    {
        var (mean, right, evidence) = Window(2);
        var c = Lower();
        Matrix<double> triangle = Bands.Triangle(c), precision = new(Size, Size);
        Dense.MultiplyTransposedRight<double>(1, triangle, triangle, 0, precision);
        Check(new BandedAnalysis<double>(HalfWidth), mean, c, evidence, right, precision, 1e-10);
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_refused()
    {
        var tape = new Tape<double>();
        var mean = tape.Constant(new Matrix<double>(1, 6));
        var band = tape.Constant(new Matrix<double>(1, 12));
        var error = Assert.Throws<ArgumentException>(() => tape.Apply(new LowRankAnalysis<double>(3, 1), [mean, band, band, mean]));
        Assert.Contains("1 × 18 numbers of the prior", error.Message, StringComparison.Ordinal);
    }

    /// <summary>μ, b, and a of readings that weigh up to <paramref name="reach"/> + 1 neighbors, of which some are very accurate.</summary>
    private static (Matrix<double> Mean, Matrix<double> Right, Matrix<double> Evidence) Window(int reach)
    {
        var random = new RandomSource(3);
        var (mean, right, evidence) = (new Matrix<double>(1, Size), new Matrix<double>(1, Size), new Matrix<double>(Size, HalfWidth + 1));
        random.FillNormal(mean.Values);
        foreach (var place in new[] { 4, 5, 9, 16 })
        {
            var reading = new double[Size];
            for (var i = place - reach; i <= place; i++)
                reading[i] = (place == 9 ? 100 : 2) * (1 + random.NextDouble());
            var value = random.NextNormal();
            for (var i = 0; i < Size; i++)
                right.Values[i] += reading[i] * value;
            for (var i = 0; i < Size; i++)
                for (var j = Math.Max(0, i - HalfWidth); j <= i; j++)
                    evidence[i, HalfWidth - (i - j)] += reading[i] * reading[j];
        }
        return (mean, right, evidence);
    }

    private static Matrix<double> Lower()
    {
        var c = Bands.Lower(new RandomSource(1), Size, HalfWidth);
        for (var i = 0; i < HalfWidth; i++)
            c[i][..(HalfWidth - i)].Clear();
        return c;
    }

    private static Matrix<double> Inverse(Matrix<double> matrix)
    {
        var (factor, inverse) = (matrix.Copy(), new Matrix<double>(Size, Size));
        Assert.True(Cholesky.Factor<double>(factor));
        Cholesky.Inverse<double>(factor, inverse);
        return inverse;
    }

    /// <summary>x = (Λ + a)⁻¹ (Λ μ + b).</summary>
    private static void Check(
        IOperation<double> analysis, Matrix<double> mean, Matrix<double> numbers, Matrix<double> evidence, Matrix<double> right, Matrix<double> precision, double tolerance)
    {
        var tape = new Tape<double>();
        var flat = new ReadOnlyBatch<double>(numbers.Values, 1, numbers.Values.Length);
        var x = tape.Apply(analysis, [tape.Constant(mean), tape.Constant(flat), tape.Constant(new ReadOnlyBatch<double>(evidence.Values, 1, evidence.Values.Length)), tape.Constant(right)]);
        Matrix<double> full = Bands.Symmetric(evidence), expected = right.Copy();
        Dense.Multiply<double>(1, mean, precision, 1, expected);
        for (var i = 0; i < full.Values.Length; i++)
            full.Values[i] += precision.Values[i];
        Assert.True(Cholesky.Factor<double>(full));
        Cholesky.Solve<double>(full, expected);
        for (var i = 0; i < Size; i++)
            Assert.Equal(expected.Values[i], x.Value[0, i], tolerance);
    }
}
