using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Numerics;

public sealed class BlockTridiagonalTests
{
    public static TheoryData<int, int> Shapes => new() { { 0, 1 }, { 0, 3 }, { 1, 1 }, { 1, 5 }, { 2, 1 }, { 6, 1 }, { 4, 2 }, { 9, 3 }, { 5, 8 }, { 3, 17 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Factors_solves_determinants_and_inverses_are_those_of_the_full_matrix(int blocks, int size)
    {
        var random = new RandomSource(10 * blocks + size);
        var (diagonal, below) = Random(random, blocks, size);
        var n = blocks * size;
        var full = Full(diagonal, below);
        Assert.True(Cholesky.Factor<double>(full));
        for (var i = 0; i < n; i++)
            diagonal[i].Slice(i % size + 1).Fill(double.NaN);                   // upper triangles are not read
        Assert.True(BlockTridiagonal.Factor<double>(diagonal, below));
        Assert.Equal(Cholesky.LogDeterminant<double>(full), BlockTridiagonal.LogDeterminant<double>(diagonal), 1e-10);

        foreach (var rows in new[] { 0, 1, 3 })
        {
            var b = DenseCases.Random<double>(random, rows, n);
            AssertSame(b, to => BlockTridiagonal.Solve<double>(diagonal, below, to), to => Cholesky.Solve<double>(full, to));
            AssertSame(b, to => BlockTridiagonal.SolveLower<double>(diagonal, below, to), to => Cholesky.SolveLower<double>(full, to));
            AssertSame(b, to => BlockTridiagonal.SolveLowerTransposed<double>(diagonal, below, to), to => Cholesky.SolveLowerTransposed<double>(full, to));
        }

        var (inverse, onDiagonal, underIt) = (new Matrix<double>(n, n), new Matrix<double>(n, size), new Matrix<double>(below.Rows, size));
        Cholesky.Inverse<double>(full, inverse);
        BlockTridiagonal.SelectedInverse<double>(diagonal, below, onDiagonal, underIt);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < size; j++)
            {
                Assert.Equal(inverse[i, i / size * size + j], onDiagonal[i, j], 1e-10);
                if (i >= size)
                    Assert.Equal(inverse[i, (i / size - 1) * size + j], underIt[i - size, j], 1e-10);
            }
    }

    [Fact]
    public void A_banded_factor_of_the_same_matrix_gives_the_same_answer()
    {
        var (diagonal, below) = Random(new RandomSource(3), 20, 3);
        var full = Full(diagonal, below);
        var band = new Matrix<double>(60, 6);
        for (var i = 0; i < 60; i++)
            for (var j = Math.Max(0, i - 5); j <= i; j++)
                band[i, 5 - (i - j)] = full[i, j];
        var (one, other) = (DenseCases.Random<double>(new RandomSource(4), 2, 60), DenseCases.Random<double>(new RandomSource(4), 2, 60));
        Assert.True(BlockTridiagonal.Factor<double>(diagonal, below) && BandedCholesky.Factor<double>(band));
        BlockTridiagonal.Solve<double>(diagonal, below, one);
        BandedCholesky.Solve<double>(band, other);
        Assert.InRange(DenseCases.Difference(one, other), 0, 1e-12);
    }

    [Fact]
    public void A_draw_has_the_inverse_as_its_covariance()
    {
        var (diagonal, below) = Random(new RandomSource(8), 4, 2);
        Matrix<double> variances = new(8, 2), covariances = new(6, 2), draws = new(20_000, 8);
        BlockTridiagonal.Factor<double>(diagonal, below);
        BlockTridiagonal.SelectedInverse<double>(diagonal, below, variances, covariances);
        new RandomSource(9).FillNormal(draws.Values);
        BlockTridiagonal.SolveLowerTransposed<double>(diagonal, below, draws);
        var products = new Matrix<double>(8, 8);
        Dense.GramTransposed<double>(draws, products);
        for (var i = 0; i < 8; i++)
            for (var j = 0; j < 2; j++)
                Assert.Equal(variances[i, j], products[i, i / 2 * 2 + j] / draws.Rows, 0.03 * variances[i, i % 2]);
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_refused()
    {
        var (diagonal, below) = Random(new RandomSource(10), 5, 2);
        diagonal[6, 0] = -1;
        Assert.False(BlockTridiagonal.Factor<double>(diagonal, below));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_with_both_numbers()
    {
        var error = Assert.Throws<ArgumentException>(() => BlockTridiagonal.Factor<double>(new Matrix<double>(6, 2), new Matrix<double>(6, 2)));
        Assert.Contains("4 × 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("6 × 2", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BlockTridiagonal.Factor<double>(new Matrix<double>(5, 2), new Matrix<double>(3, 2)));
    }

    [Fact]
    public void Single_precision_follows_double_and_nothing_is_allocated_once_warm()
    {
        var (diagonal, below) = Random(new RandomSource(11), 12, 4);
        Matrix<float> single = new(48, 4), underIt = new(44, 4), g = new(48, 4), w = new(44, 4), right = new(2, 48), inverse = new(48, 4), beside = new(44, 4);
        for (var i = 0; i < diagonal.Values.Length; i++)
            single.Values[i] = (float)diagonal.Values[i];
        for (var i = 0; i < below.Values.Length; i++)
            underIt.Values[i] = (float)below.Values[i];
        Assert.True(BlockTridiagonal.Factor<double>(diagonal, below));
        Assert.Equal(0, Allocated.Bytes(() =>
        {
            single.Values.CopyTo(g.Values);
            underIt.Values.CopyTo(w.Values);
            BlockTridiagonal.Factor<float>(g, w);
            BlockTridiagonal.Solve<float>(g, w, right);
            BlockTridiagonal.SelectedInverse<float>(g, w, inverse, beside);
        }));
        for (var i = 0; i < below.Values.Length; i++)
            Assert.Equal(below.Values[i], w.Values[i], 1e-5);
    }

    /// <summary>l lᵀ of a random lower block-bidiagonal l, as blocks.</summary>
    private static (Matrix<double> Diagonal, Matrix<double> Below) Random(RandomSource random, int blocks, int size)
    {
        var n = blocks * size;
        var (l, full) = (new Matrix<double>(n, n), new Matrix<double>(n, n));
        for (var i = 0; i < n; i++)
            for (var j = Math.Max(0, (i / size - 1) * size); j <= i; j++)
                l[i, j] = i == j ? 1 + random.NextDouble() : (random.NextDouble() - 0.5) / Math.Sqrt(size);
        Dense.Gram<double>(l, full);
        var (diagonal, below) = (new Matrix<double>(n, size), new Matrix<double>(Math.Max(0, n - size), size));
        for (var i = 0; i < n; i++)
        {
            full[i].Slice(i / size * size, size).CopyTo(diagonal[i]);
            if (i >= size)
                full[i].Slice((i / size - 1) * size, size).CopyTo(below[i - size]);
        }
        return (diagonal, below);
    }

    private static Matrix<double> Full(Matrix<double> diagonal, Matrix<double> below)
    {
        var size = diagonal.Width;
        var full = new Matrix<double>(diagonal.Rows, diagonal.Rows);
        for (var i = 0; i < full.Rows; i++)
        {
            diagonal[i].CopyTo(full[i].Slice(i / size * size));
            for (var j = 0; i >= size && j < size; j++)
                full[i, (i / size - 1) * size + j] = full[(i / size - 1) * size + j, i] = below[i - size, j];
        }
        return full;
    }

    private static void AssertSame(Matrix<double> start, Action<Matrix<double>> actual, Action<Matrix<double>> expected)
    {
        var (one, other) = (start.Copy(), start.Copy());
        actual(one);
        expected(other);
        Assert.InRange(DenseCases.Difference(one, other), 0, 1e-10);
    }
}
