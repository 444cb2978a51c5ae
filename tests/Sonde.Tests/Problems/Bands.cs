using Sonde.Numerics;

namespace Sonde.Tests.Problems;

/// <summary>Random band matrices, and the full matrices that they stand for.</summary>
internal static class Bands
{
    /// <summary>Size and half-width, the smallest and the odd ones among them.</summary>
    public static readonly (int Size, int HalfWidth)[] Shapes = [(0, 0), (0, 3), (1, 0), (1, 4), (2, 1), (5, 0), (5, 9), (7, 2), (12, 5), (31, 3), (40, 13), (96, 5)];

    /// <summary>A lower triangular factor with NaN in its corner, which nobody may read.</summary>
    public static Matrix<double> Lower(RandomSource random, int n, int p)
    {
        var c = new Matrix<double>(n, p + 1);
        for (var i = 0; i < n; i++)
            for (var j = i - p; j <= i; j++)
                c[i, p - (i - j)] = j < 0 ? double.NaN : j == i ? 1 + random.NextDouble() : random.NextDouble() - 0.5;
        return c;
    }

    /// <summary>The lower triangular matrix of a band.</summary>
    public static Matrix<double> Triangle(Matrix<double> band)
    {
        var (n, p) = (band.Rows, band.Width - 1);
        var full = new Matrix<double>(n, n);
        for (var i = 0; i < n; i++)
            for (var j = Math.Max(0, i - p); j <= i; j++)
                full[i, j] = band[i, p - (i - j)];
        return full;
    }

    /// <summary>The symmetric matrix of a lower band.</summary>
    public static Matrix<double> Symmetric(Matrix<double> band)
    {
        var full = Triangle(band);
        for (var i = 0; i < full.Rows; i++)
            for (var j = 0; j < i; j++)
                full[j, i] = full[i, j];
        return full;
    }

    /// <summary>The lower band of c cᵀ.</summary>
    public static Matrix<double> Definite(RandomSource random, int n, int p)
    {
        var (c, a) = (Lower(random, n, p), new Matrix<double>(n, p + 1));
        Banded.Gram<double>(c, a);
        return a;
    }
}
