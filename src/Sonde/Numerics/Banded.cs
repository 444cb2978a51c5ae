using System.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>
/// Products with matrices whose entries vanish further than p from the diagonal. A band is [n, p + 1]: entry (i, j) of the lower triangle, with
/// i − p ≤ j ≤ i, lies at row i, column p − (i − j), so that the diagonal is the last column. The corner before column 0 of the matrix is not
/// read. A symmetric matrix is given by its lower band. Costs are linear in n.
/// </summary>
public static unsafe class Banded
{
    /// <summary>The band of c cᵀ, whose half-width is that of the lower triangular c.</summary>
    /// <param name="c">Lower triangular, [n, p + 1].</param>
    /// <param name="product">The lower band of c cᵀ, [n, p + 1]; its corner becomes zero. Must not overlap c.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Gram<T>(ReadOnlyBatch<T> c, Batch<T> product) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = HalfWidth(c.Rows, c.Width);
        Same(c, product.Rows, product.Width);
        fixed (T* pc = c.Values, pm = product.Values)
            for (var i = 0; i < c.Rows; i++)
            {
                var first = Math.Max(0, i - p);
                T* ci = pc + (nint)i * p + p, mi = pm + (nint)i * p + p;        // so that [k] is column k of the matrix
                for (var k = i - p; k < first; k++)
                    mi[k] = T.Zero;
                for (var j = first; j <= i; j++)
                    mi[j] = BandRow<T>.Dot(ci + first, pc + (nint)j * p + p + first, j - first + 1);
            }
    }

    /// <summary>band += α on the diagonal.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="band">[n, p + 1].</param>
    public static void AddDiagonal<T>(T alpha, Batch<T> band) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < band.Rows; i++)
            band[i, band.Width - 1] += alpha;
    }

    /// <summary>y += α a x for each row, with a symmetric.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="a">The lower band, [n, p + 1].</param>
    /// <param name="x">[rows, n].</param>
    /// <param name="y">[rows, n]; must not overlap x.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void AddProduct<T>(T alpha, ReadOnlyBatch<T> a, ReadOnlyBatch<T> x, Batch<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = Fit(a, x, y);
        fixed (T* pa = a.Values, px = x.Values, py = y.Values)
            for (var row = 0; row < x.Rows; row++)
            {
                T* xs = px + (nint)row * a.Rows, ys = py + (nint)row * a.Rows;
                for (var i = 0; i < a.Rows; i++)
                {
                    var first = Math.Max(0, i - p);
                    var ai = pa + (nint)i * p + p;
                    ys[i] += alpha * BandRow<T>.Dot(ai + first, xs + first, i - first + 1);
                    BandRow<T>.AddScaled(alpha * xs[i], ai + first, ys + first, i - first);
                }
            }
    }

    /// <summary>y += α c x for each row, with c lower triangular.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="c">[n, p + 1].</param>
    /// <param name="x">[rows, n].</param>
    /// <param name="y">[rows, n]; must not overlap x.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void AddLowerProduct<T>(T alpha, ReadOnlyBatch<T> c, ReadOnlyBatch<T> x, Batch<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = Fit(c, x, y);
        fixed (T* pc = c.Values, px = x.Values, py = y.Values)
            for (var row = 0; row < x.Rows; row++)
                for (var i = 0; i < c.Rows; i++)
                {
                    var first = Math.Max(0, i - p);
                    py[(nint)row * c.Rows + i] += alpha * BandRow<T>.Dot(pc + (nint)i * p + p + first, px + (nint)row * c.Rows + first, i - first + 1);
                }
    }

    /// <summary>y += α cᵀ x for each row, with c lower triangular.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="c">[n, p + 1].</param>
    /// <param name="x">[rows, n].</param>
    /// <param name="y">[rows, n]; must not overlap x.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void AddLowerTransposedProduct<T>(T alpha, ReadOnlyBatch<T> c, ReadOnlyBatch<T> x, Batch<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = Fit(c, x, y);
        fixed (T* pc = c.Values, px = x.Values, py = y.Values)
            for (var row = 0; row < x.Rows; row++)
                for (var i = 0; i < c.Rows; i++)
                {
                    var first = Math.Max(0, i - p);
                    BandRow<T>.AddScaled(
                        alpha * px[(nint)row * c.Rows + i], pc + (nint)i * p + p + first, py + (nint)row * c.Rows + first, i - first + 1);
                }
    }

    /// <summary>band += the gradient of α xᵀ a y with respect to the stored numbers of a symmetric a: α (xᵢ yⱼ + yᵢ xⱼ) below the diagonal, α xᵢ yᵢ on it.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="x">[n].</param>
    /// <param name="y">[n].</param>
    /// <param name="band">[n, p + 1].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void AddOuterProduct<T>(T alpha, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Batch<T> band) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = Fit(band, x, y);
        fixed (T* px = x, py = y, pb = band.Values)
            for (var i = 0; i < band.Rows; i++)
            {
                var first = Math.Max(0, i - p);
                var bi = pb + (nint)i * p + p;
                BandRow<T>.AddScaled(alpha * px[i], py + first, bi + first, i - first);
                BandRow<T>.AddScaled(alpha * py[i], px + first, bi + first, i - first);
                bi[i] += alpha * px[i] * py[i];
            }
    }

    /// <summary>band += α x yᵀ within the lower band: the gradient of α xᵀ c y with respect to a lower triangular c.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="x">[n].</param>
    /// <param name="y">[n].</param>
    /// <param name="band">[n, p + 1].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void AddLowerOuterProduct<T>(T alpha, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Batch<T> band) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = Fit(band, x, y);
        fixed (T* py = y, pb = band.Values)
            for (var i = 0; i < band.Rows; i++)
            {
                var first = Math.Max(0, i - p);
                BandRow<T>.AddScaled(alpha * x[i], py + first, pb + (nint)i * p + p + first, i - first + 1);
            }
    }

    /// <summary>dproduct += dc cᵀ + c dcᵀ within the band: the tangent of <see cref="Gram"/>.</summary>
    internal static void AddGramTangent<T>(ReadOnlyBatch<T> c, ReadOnlyBatch<T> dc, Batch<T> dproduct) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = HalfWidth(c.Rows, c.Width);
        fixed (T* pc = c.Values, pd = dc.Values, pm = dproduct.Values)
            for (var i = 0; i < c.Rows; i++)
            {
                var first = Math.Max(0, i - p);
                nint ri = (nint)i * p + p;
                for (var j = first; j <= i; j++)
                {
                    nint rj = (nint)j * p + p;
                    pm[ri + j] += BandRow<T>.Dot(pd + ri + first, pc + rj + first, j - first + 1) + BandRow<T>.Dot(pc + ri + first, pd + rj + first, j - first + 1);
                }
            }
    }

    /// <summary>The transpose of <see cref="AddGramTangent"/>, term for term.</summary>
    internal static void AddGramAdjoint<T>(ReadOnlyBatch<T> c, ReadOnlyBatch<T> productBar, Batch<T> cBar) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = HalfWidth(c.Rows, c.Width);
        fixed (T* pc = c.Values, pd = cBar.Values, pm = productBar.Values)
            for (var i = 0; i < c.Rows; i++)
            {
                var first = Math.Max(0, i - p);
                nint ri = (nint)i * p + p;
                for (var j = first; j <= i; j++)
                {
                    nint rj = (nint)j * p + p;
                    BandRow<T>.AddScaled(pm[ri + j], pc + rj + first, pd + ri + first, j - first + 1);
                    BandRow<T>.AddScaled(pm[ri + j], pc + ri + first, pd + rj + first, j - first + 1);
                }
            }
    }

    internal static int HalfWidth(int rows, int width) => width >= 1
        ? width - 1
        : throw new ArgumentException($"A band needs 1 column or more, for its diagonal, but is {rows} × {width}.");

    internal static int Fit<T>(ReadOnlyBatch<T> band, ReadOnlyBatch<T> x, ReadOnlyBatch<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Width != band.Rows)
            throw new ArgumentException($"A band of {band.Rows} rows takes rows of that width but theirs is {x.Width}.");
        Same(x, y.Rows, y.Width);
        return HalfWidth(band.Rows, band.Width);
    }

    private static int Fit<T>(Batch<T> band, ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x.Length == band.Rows && y.Length == band.Rows
            ? HalfWidth(band.Rows, band.Width)
            : throw new ArgumentException($"A band of {band.Rows} rows takes vectors of that length, not of {x.Length} and {y.Length}.");

    internal static void Same<T>(ReadOnlyBatch<T> a, int rows, int width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows != a.Rows || width != a.Width)
            throw new ArgumentException($"The result is {a.Rows} × {a.Width} but its destination is {rows} × {width}.");
    }
}
