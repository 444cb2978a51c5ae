using System.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>
/// Cholesky factors a = l lᵀ of symmetric positive definite band matrices, in the storage of <see cref="Banded"/>: l has the half-width p of a.
/// Factoring takes n p² / 2 multiply-adds, a solve 2 n p. Golub, Van Loan, "Matrix computations", 4th ed., §4.3.5.
/// </summary>
public static unsafe class BandedCholesky
{
    /// <summary>Overwrites the lower band of a with l and its corner with zeros; false where a is not positive definite, and it then means nothing.</summary>
    /// <param name="band">[n, p + 1].</param>
    /// <exception cref="ArgumentException">The band has no column.</exception>
    public static bool Factor<T>(Batch<T> band) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = Banded.HalfWidth(band.Rows, band.Width);
        fixed (T* l = band.Values)
            for (var i = 0; i < band.Rows; i++)
            {
                var first = Math.Max(0, i - p);
                var li = l + (nint)i * p + p;                   // so that [k] is column k of the matrix
                for (var k = i - p; k < first; k++)
                    li[k] = T.Zero;
                for (var j = first; j < i; j++)
                {
                    var lj = l + (nint)j * p + p;
                    li[j] = (li[j] - BandRow<T>.Dot(li + first, lj + first, j - first)) / lj[j];
                }
                var pivot = li[i] - BandRow<T>.Dot(li + first, li + first, i - first);
                if (!(pivot > T.Zero) || !T.IsFinite(pivot))
                    return false;
                li[i] = T.Sqrt(pivot);
            }
        return true;
    }

    /// <summary>Solves l xᵀ = bᵀ for each row of <paramref name="b"/>, in place.</summary>
    /// <param name="l">[n, p + 1].</param>
    /// <param name="b">[rows, n].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void SolveLower<T>(ReadOnlyBatch<T> l, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = Banded.Fit(l, b, b);
        fixed (T* pl = l.Values, pb = b.Values)
            for (var row = 0; row < b.Rows; row++)
            {
                var x = pb + (nint)row * l.Rows;
                for (var i = 0; i < l.Rows; i++)
                {
                    var first = Math.Max(0, i - p);
                    var li = pl + (nint)i * p + p;
                    x[i] = (x[i] - BandRow<T>.Dot(li + first, x + first, i - first)) / li[i];
                }
            }
    }

    /// <summary>Solves lᵀ xᵀ = bᵀ for each row of <paramref name="b"/>, in place: turns white noise into a draw with covariance a⁻¹.</summary>
    /// <param name="l">[n, p + 1].</param>
    /// <param name="b">[rows, n].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void SolveLowerTransposed<T>(ReadOnlyBatch<T> l, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = Banded.Fit(l, b, b);
        fixed (T* pl = l.Values, pb = b.Values)
            for (var row = 0; row < b.Rows; row++)
            {
                var x = pb + (nint)row * l.Rows;
                for (var i = l.Rows - 1; i >= 0; i--)
                {
                    var first = Math.Max(0, i - p);
                    var li = pl + (nint)i * p + p;
                    x[i] /= li[i];
                    BandRow<T>.AddScaled(-x[i], li + first, x + first, i - first);
                }
            }
    }

    /// <summary>Solves l lᵀ xᵀ = bᵀ for each row of <paramref name="b"/>, in place.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Solve<T>(ReadOnlyBatch<T> l, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SolveLower(l, b);
        SolveLowerTransposed(l, b);
    }

    /// <summary>log det (l lᵀ) = 2 Σ log lᵢᵢ.</summary>
    public static T LogDeterminant<T>(ReadOnlyBatch<T> l) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        for (var i = 0; i < l.Rows; i++)
            sum += T.Log(l[i, l.Width - 1]);
        return sum + sum;
    }

    /// <summary>
    /// The entries of s = (l lᵀ)⁻¹ within the band, of which the last column are variances, in n p² multiply-adds:
    /// sᵢⱼ = δᵢⱼ / lᵢᵢ² − Σₖ lₖᵢ sₖⱼ / lᵢᵢ, from the last column of the matrix to the first. Takahashi, Fagan, Chen, 8th PICA Conf. 1973.
    /// </summary>
    /// <param name="l">[n, p + 1].</param>
    /// <param name="inverse">The lower band of s, [n, p + 1]; its corner becomes zero. Must not overlap l.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void SelectedInverse<T>(ReadOnlyBatch<T> l, Batch<T> inverse) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = Banded.HalfWidth(l.Rows, l.Width);
        Banded.Same(l, inverse.Rows, inverse.Width);
        using var frame = Scratch.Enter();
        inverse.Clear();
        fixed (T* pl = l.Values, ps = inverse.Values, column = frame.Rent<T>(1, p + 1).Values, sum = frame.Rent<T>(1, p + 1).Values)
            for (var i = l.Rows - 1; i >= 0; i--)
            {
                var count = Math.Min(p, l.Rows - 1 - i);
                for (var k = 0; k < count; k++)                 // column i of l below the diagonal
                    (column[k], sum[k]) = (pl[(nint)(i + 1 + k) * p + p + i], T.Zero);
                for (var j = 0; j < count; j++)                 // times the symmetric block of s beyond i
                {
                    var sj = ps + (nint)(i + 1 + j) * p + p + i + 1;
                    sum[j] += BandRow<T>.Dot(sj, column, j + 1);
                    BandRow<T>.AddScaled(column[j], sj, sum, j);
                }
                var scale = T.One / pl[(nint)i * p + p + i];
                for (var j = 0; j < count; j++)
                    ps[(nint)(i + 1 + j) * p + p + i] = -sum[j] * scale;
                ps[(nint)i * p + p + i] = scale * (scale + scale * BandRow<T>.Dot(column, sum, count));
            }
    }
}
