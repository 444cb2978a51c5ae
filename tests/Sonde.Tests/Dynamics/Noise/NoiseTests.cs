using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;
using Sonde.Tests.Laws;

namespace Sonde.Tests.Dynamics.Noise;

public sealed class NoiseTests
{
    private static readonly RegularGrid Grid = new(new GridAxis(-125, 2, 30, 360), new GridAxis(24, 2, 14));

    private static readonly Dictionary<string, IGaussianNoise> Noises = new()
    {
        ["diagonal"] = new DiagonalNoise([0.5, 0, 2]),
        ["dense"] = new DenseNoise(Covariance([[2, 0.5, 0], [0.5, 1, -0.3], [0, -0.3, 0.7]])),
        ["dense and singular"] = new DenseNoise(Covariance([[1, 2, 0], [2, 4, 0], [0, 0, 0]])),
        ["low rank"] = LowRankNoise.Ring(7, 2, 1.5),
        ["kernel"] = new KernelNoise(new Line(6), Points(RegularGrid.Ring(6)), new SpatialCorrelation(1.5), 0.7),
    };

    public static TheoryData<string> Names => [.. Noises.Keys];

    [Fact]
    public void Every_noise_is_in_the_list() =>
        Assert.Empty(Implementations.Of<IGaussianNoise>().Except(Noises.Values.Select(noise => noise.GetType())));

    [Theory]
    [MemberData(nameof(Names))]
    public void Draws_have_the_covariance_that_is_told(string name)
    {
        const int Draws = 40_000;
        var noise = Noises[name];
        var n = noise.Width;
        var told = new Matrix<double>(n, n);
        noise.AddCovariance(0.25, told);
        var drawn = new Matrix<double>(n, n);
        var random = new RandomSource(4);
        var x = new double[n];
        for (var k = 0; k < Draws; k++)
        {
            x.AsSpan().Clear();
            noise.AddDraw(x, 0.5, random);
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                    drawn[i, j] += x[i] * x[j] / Draws;
        }
        var deviations = noise.StandardDeviations();
        for (var i = 0; i < n; i++)
        {
            Assert.Equal(0.25 * deviations[i] * deviations[i], told[i, i], 1e-12);
            for (var j = 0; j < n; j++)         // five standard errors
                Assert.Equal(told[i, j], drawn[i, j], 5 * Math.Sqrt((told[i, i] * told[j, j] + told[i, j] * told[i, j]) / Draws) + 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_block_of_the_covariance_is_that_of_the_whole(string name)
    {
        var noise = Noises[name];
        var whole = new Matrix<double>(noise.Width, noise.Width);
        noise.AddCovariance(1, whole);
        int[] rows = [noise.Width - 1, 0];
        int[] columns = [1, noise.Width - 1, 0, 1];
        var block = new Matrix<double>(rows.Length, columns.Length);
        noise.Covariance(rows, columns, block);
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < columns.Length; j++)
                Assert.Equal(whole[rows[i], columns[j]], block[i, j], 1e-14);
    }

    [Theory]
    [InlineData(CorrelationShape.Exponential)]
    [InlineData(CorrelationShape.Matern32)]
    [InlineData(CorrelationShape.Matern52)]
    [InlineData(CorrelationShape.Gaussian)]
    [InlineData(CorrelationShape.GaspariCohn)]
    public void Correlations_at_many_distances_are_those_at_each(CorrelationShape shape)
    {
        var correlation = new SpatialCorrelation(3, shape);
        var correlations = Enumerable.Range(0, 50).Select(i => 0.3 * i).ToArray();
        correlation.At(correlations, correlations);
        for (var i = 0; i < correlations.Length; i++)
            Assert.Equal(correlation.At(0.3 * i), correlations[i], 1e-15);
    }

    [Fact]
    public void Noise_on_a_ring_has_the_covariance_of_a_sum_of_cosines()
    {
        var covariance = new Matrix<double>(50, 50);
        LowRankNoise.Ring(50, 3, 0.2).AddCovariance(1, covariance);
        for (var d = 0; d < 50; d++)
            Assert.Equal(0.04 / 3 * Enumerable.Range(1, 3).Sum(k => Math.Cos(2 * Math.PI * k * d / 50)), covariance[13, (13 + d) % 50], 1e-12);
    }

    [Theory]
    [InlineData(CorrelationShape.Exponential, 0.006)]
    [InlineData(CorrelationShape.Matern32, 0.01)]
    [InlineData(CorrelationShape.Matern52, 0.015)]
    public void Points_drawn_from_their_nearest_have_almost_the_correlation_asked_for(CorrelationShape shape, double tolerance)
    {
        var points = Points(Grid);
        var noise = new KernelNoise(new Sphere(), points, new SpatialCorrelation(500, shape), 1);
        var n = noise.Width;
        var (wanted, root) = (new Matrix<double>(n, n), new Matrix<double>(n, n));
        noise.AddCovariance(1, wanted);
        var white = new double[n];
        for (var k = 0; k < n; k++)
        {
            white.AsSpan().Clear();
            white[k] = 1;
            noise.Correlate(white, root[k]);
        }
        var drawn = new Matrix<double>(n, n);
        Dense.MultiplyTransposedLeft<double>(1, root, root, 0, drawn);
        var largest = 0.0;
        for (var i = 0; i < wanted.Values.Length; i++)
            largest = Math.Max(largest, Math.Abs(wanted.Values[i] - drawn.Values[i]));
        Assert.True(largest < tolerance, $"The largest difference is {largest}.");
        for (var i = 0; i < n; i++)
            Assert.Equal(1, drawn[i, i], tolerance);
    }

    [Fact]
    public void Correlations_have_their_published_values()
    {
        Assert.Equal(Math.Exp(-1), new SpatialCorrelation(2, CorrelationShape.Exponential).At(2), 15);
        Assert.Equal((1 + Math.Sqrt(3)) * Math.Exp(-Math.Sqrt(3)), new SpatialCorrelation(2).At(2), 15);
        Assert.Equal((1 + Math.Sqrt(5) + 5.0 / 3) * Math.Exp(-Math.Sqrt(5)), new SpatialCorrelation(2, CorrelationShape.Matern52).At(2), 15);
        Assert.Equal(Math.Exp(-0.5), new SpatialCorrelation(2, CorrelationShape.Gaussian).At(2), 15);
    }

    [Fact]
    public void A_matrix_that_is_no_covariance_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new DenseNoise(Covariance([[1, 2], [2, 1]])));
        Assert.Throws<ArgumentException>(() => new DenseNoise(Covariance([[1, 0.5], [0.4, 1]])));
    }

    private static SpacePoint[] Points(IGrid grid) => grid.Points();

    private static Matrix<double> Covariance(double[][] rows)
    {
        var matrix = new Matrix<double>(rows.Length, rows.Length);
        for (var i = 0; i < rows.Length; i++)
            rows[i].CopyTo(matrix[i]);
        return matrix;
    }
}
