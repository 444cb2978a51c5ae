using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Numerics;

public sealed class BandedTests
{
    public static TheoryData<int, int> Shapes
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (var (n, p) in Bands.Shapes)
                data.Add(n, p);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Products_are_those_of_the_full_matrices(int n, int p)
    {
        var random = new RandomSource(100 * n + p);
        var c = Bands.Lower(random, n, p);
        var triangle = Bands.Triangle(c);
        var (gram, expected) = (new Matrix<double>(n, p + 1), new Matrix<double>(n, n));
        Banded.Gram<double>(c, gram);
        Dense.Gram<double>(triangle, expected);
        var symmetric = Bands.Symmetric(gram);
        Assert.InRange(DenseCases.Difference(symmetric, expected), 0, 1e-12);

        var x = DenseCases.Random<double>(random, 3, n);
        var y = DenseCases.Random<double>(random, 3, n);
        AssertAdds(y, to => Banded.AddProduct<double>(-0.5, gram, x, to), to => Dense.MultiplyTransposedRight<double>(-0.5, x, symmetric, 1, to));
        AssertAdds(y, to => Banded.AddLowerProduct<double>(2, c, x, to), to => Dense.MultiplyTransposedRight<double>(2, x, triangle, 1, to));
        AssertAdds(y, to => Banded.AddLowerTransposedProduct<double>(2, c, x, to), to => Dense.Multiply<double>(2, x, triangle, 1, to));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Factors_solves_determinants_and_inverses_are_those_of_the_full_matrix(int n, int p)
    {
        var random = new RandomSource(100 * n + p + 1);
        var a = Bands.Definite(random, n, p);
        var (dense, full) = (Bands.Symmetric(a), Bands.Symmetric(a));
        Assert.True(Cholesky.Factor<double>(dense));
        var l = a.Copy();
        for (var i = 0; i < n; i++)
            l[i][..Math.Max(0, p - i)].Fill(double.NaN);                         // not read
        Assert.True(BandedCholesky.Factor<double>(l));
        Assert.InRange(DenseCases.Difference(Bands.Triangle(l), dense), 0, 1e-12);
        Assert.Equal(Cholesky.LogDeterminant<double>(dense), BandedCholesky.LogDeterminant<double>(l), 1e-11);

        var b = DenseCases.Random<double>(random, 4, n);
        AssertAdds(b, to => BandedCholesky.Solve<double>(l, to), to => Cholesky.Solve<double>(dense, to));
        AssertAdds(b, to => BandedCholesky.SolveLower<double>(l, to), to => Cholesky.SolveLower<double>(dense, to));
        AssertAdds(b, to => BandedCholesky.SolveLowerTransposed<double>(l, to), to => Cholesky.SolveLowerTransposed<double>(dense, to));

        var (inverse, selected) = (new Matrix<double>(n, n), new Matrix<double>(n, p + 1));
        Cholesky.Inverse<double>(dense, inverse);
        selected.Values.Fill(double.NaN);
        BandedCholesky.SelectedInverse<double>(l, selected);
        for (var i = 0; i < n; i++)
            for (var j = i - p; j <= i; j++)
                Assert.Equal(j < 0 ? 0 : inverse[i, j], selected[i, p - (i - j)], 1e-10);
    }

    [Fact]
    public void Single_precision_follows_double()
    {
        var a = Bands.Definite(new RandomSource(5), 60, 9);
        var (l, single) = (a.Copy(), new Matrix<float>(60, 10));
        for (var i = 0; i < a.Values.Length; i++)
            single.Values[i] = (float)a.Values[i];
        Assert.True(BandedCholesky.Factor<double>(l) && BandedCholesky.Factor<float>(single));
        for (var i = 0; i < l.Values.Length; i++)
            Assert.Equal(l.Values[i], single.Values[i], 1e-5);
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_refused()
    {
        foreach (var bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            for (var place = 0; place < 9; place += 4)
            {
                var a = new Matrix<double>(9, 3);
                for (var i = 0; i < 9; i++)
                    a[i, 2] = i == place ? bad : 1;
                Assert.False(BandedCholesky.Factor<double>(a));
            }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_with_both_numbers()
    {
        var band = new Matrix<double>(5, 2);
        var error = Assert.Throws<ArgumentException>(() => BandedCholesky.Solve<double>(band, new Matrix<double>(1, 4)));
        Assert.Contains("5 rows", error.Message, StringComparison.Ordinal);
        Assert.Contains("4", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BandedCholesky.Factor<double>(new Matrix<double>(5, 0)));
        Assert.Throws<ArgumentException>(() => Banded.Gram<double>(band, new Matrix<double>(5, 3)));
    }

    [Fact]
    public void Nothing_is_allocated_once_warm()
    {
        var a = Bands.Definite(new RandomSource(6), 96, 5);
        var (l, inverse, b) = (a.Copy(), new Matrix<double>(96, 6), new Matrix<double>(2, 96));
        Assert.Equal(0, Allocated.Bytes(() =>
        {
            a.Values.CopyTo(l.Values);
            BandedCholesky.Factor<double>(l);
            BandedCholesky.Solve<double>(l, b);
            BandedCholesky.SelectedInverse<double>(l, inverse);
        }));
    }

    /// <summary>Both passes change a copy of the same numbers in the same way.</summary>
    private static void AssertAdds(Matrix<double> start, Action<Matrix<double>> actual, Action<Matrix<double>> expected)
    {
        var (one, other) = (start.Copy(), start.Copy());
        actual(one);
        expected(other);
        Assert.InRange(DenseCases.Difference(one, other), 0, 1e-10);
    }
}

