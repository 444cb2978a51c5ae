using System.Numerics;

namespace Sonde.Numerics;

/// <summary>
/// Symmetric positive definite matrices of T × T blocks of size b that couple neighbours alone: the Hessian of a window of T states with model
/// error. The diagonal blocks D are the rows b t … of a matrix [T b, b], and those below them, E (block t + 1 against t), the rows b t … of
/// [(T − 1) b, b]. The factor a = l lᵀ has the lower triangular G (G Gᵀ = D − W Wᵀ) on and W = E G⁻ᵀ below its diagonal, in the same places.
/// Costs are linear in T. This elimination is the Kalman filter and the selected inverse its smoother: Rauch, Tung, Striebel, AIAA J. 3, 1965;
/// Meurant, SIAM J. Matrix Anal. Appl. 13, 1992.
/// </summary>
public static class BlockTridiagonal
{
    /// <summary>
    /// Overwrites D with G, its upper triangles with zeros, and E with W; false where the matrix is not positive definite, and both then mean nothing.
    /// </summary>
    /// <param name="diagonal">D, [T b, b]; the upper triangles of its blocks are not read.</param>
    /// <param name="below">E, [(T − 1) b, b].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool Factor<T>(Batch<T> diagonal, Batch<T> below) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (b, blocks) = Fit<T>(diagonal, below);
        for (var t = 0; t < blocks; t++)
        {
            var d = diagonal.Slice(t * b, b);
            if (t > 0)
            {
                var w = below.Slice((t - 1) * b, b);
                Cholesky.SolveLower(diagonal.Slice((t - 1) * b, b), w);
                Dense.MultiplyTransposedRight(-T.One, w, w, T.One, d);
            }
            if (!Cholesky.Factor(d))
                return false;
        }
        return true;
    }

    /// <summary>Solves l xᵀ = rᵀ for each row of <paramref name="right"/>, in place.</summary>
    /// <param name="diagonal">G.</param>
    /// <param name="below">W.</param>
    /// <param name="right">[rows, T b].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void SolveLower<T>(ReadOnlyBatch<T> diagonal, ReadOnlyBatch<T> below, Batch<T> right) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (b, blocks) = Fit(diagonal, below, right.Width);
        using var frame = Scratch.Enter();
        var x = frame.Rent<T>(right.Rows, b);
        var before = frame.Rent<T>(right.Rows, b);
        for (var t = 0; t < blocks; t++)
        {
            Read(right, t, x);
            if (t > 0)
                Dense.MultiplyTransposedRight(-T.One, before, below.Slice((t - 1) * b, b), T.One, x);       // x ← x − W x of the block before
            Cholesky.SolveLower(diagonal.Slice(t * b, b), x);
            Write(x, t, right);
            x.CopyTo(before);
        }
    }

    /// <summary>Solves lᵀ xᵀ = rᵀ for each row of <paramref name="right"/>, in place: turns white noise into a draw with covariance a⁻¹.</summary>
    /// <param name="diagonal">G.</param>
    /// <param name="below">W.</param>
    /// <param name="right">[rows, T b].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void SolveLowerTransposed<T>(ReadOnlyBatch<T> diagonal, ReadOnlyBatch<T> below, Batch<T> right) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (b, blocks) = Fit(diagonal, below, right.Width);
        using var frame = Scratch.Enter();
        var x = frame.Rent<T>(right.Rows, b);
        var after = frame.Rent<T>(right.Rows, b);
        for (var t = blocks - 1; t >= 0; t--)
        {
            Read(right, t, x);
            if (t < blocks - 1)
                Dense.Multiply(-T.One, after, below.Slice(t * b, b), T.One, x);                             // x ← x − Wᵀ x of the block after
            Cholesky.SolveLowerTransposed(diagonal.Slice(t * b, b), x);
            Write(x, t, right);
            x.CopyTo(after);
        }
    }

    /// <summary>Solves l lᵀ xᵀ = rᵀ for each row of <paramref name="right"/>, in place.</summary>
    /// <param name="diagonal">G.</param>
    /// <param name="below">W.</param>
    /// <param name="right">[rows, T b].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Solve<T>(ReadOnlyBatch<T> diagonal, ReadOnlyBatch<T> below, Batch<T> right) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SolveLower(diagonal, below, right);
        SolveLowerTransposed(diagonal, below, right);
    }

    /// <summary>log det (l lᵀ).</summary>
    /// <param name="diagonal">G.</param>
    public static T LogDeterminant<T>(ReadOnlyBatch<T> diagonal) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        for (var i = 0; i < diagonal.Rows; i++)
            sum += T.Log(diagonal[i, i % diagonal.Width]);
        return sum + sum;
    }

    /// <summary>
    /// The blocks of s = (l lᵀ)⁻¹ on and below the diagonal: with U = W G⁻¹ of the block after, sₜ₊₁ₜ = −sₜ₊₁ U and sₜ = (G Gᵀ)⁻¹ + Uᵀ sₜ₊₁ U,
    /// from the last block to the first. Takahashi, Fagan, Chen, 8th PICA Conf. 1973.
    /// </summary>
    /// <param name="diagonal">G.</param>
    /// <param name="below">W.</param>
    /// <param name="inverseDiagonal">The blocks sₜ, [T b, b]; exactly symmetric.</param>
    /// <param name="inverseBelow">The blocks sₜ₊₁ₜ, [(T − 1) b, b].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void SelectedInverse<T>(
        ReadOnlyBatch<T> diagonal, ReadOnlyBatch<T> below, Batch<T> inverseDiagonal, Batch<T> inverseBelow)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (b, blocks) = Fit(diagonal, below);
        Banded.Same(diagonal, inverseDiagonal.Rows, inverseDiagonal.Width);
        Banded.Same(below, inverseBelow.Rows, inverseBelow.Width);
        using var frame = Scratch.Enter();
        var u = frame.Rent<T>(b, b);
        var transposed = frame.Rent<T>(b, b);
        for (var t = blocks - 1; t >= 0; t--)
        {
            var s = inverseDiagonal.Slice(t * b, b);
            Cholesky.Inverse(diagonal.Slice(t * b, b), s);
            if (t == blocks - 1)
                continue;
            below.Slice(t * b, b).CopyTo(u);
            Cholesky.SolveLowerTransposed(diagonal.Slice(t * b, b), u);                 // each row of W G⁻¹
            var beside = inverseBelow.Slice(t * b, b);
            Dense.Multiply(-T.One, inverseDiagonal.Slice((t + 1) * b, b), u, T.Zero, beside);
            Dense.MultiplyTransposedLeft(-T.One, u, beside, T.One, s);
            Dense.Transpose(s, transposed);
            s += (ReadOnlyBatch<T>)transposed;
            s *= T.One / (T.One + T.One);
        }
    }

    private static (int Size, int Blocks) Fit<T>(ReadOnlyBatch<T> diagonal, ReadOnlyBatch<T> below) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var b = diagonal.Width;
        if (b == 0 || diagonal.Rows % b != 0)
            throw new ArgumentException($"Diagonal blocks are square, b rows each of b columns, but these are {diagonal.Rows} × {b}.");
        if (below.Width != b || below.Rows != Math.Max(0, diagonal.Rows - b))
            throw new ArgumentException(
                $"Beside {diagonal.Rows / b} diagonal blocks of size {b} there are {Math.Max(0, diagonal.Rows - b)} × {b} numbers, not {below.Rows} × {below.Width}.");
        return (b, diagonal.Rows / b);
    }

    private static (int Size, int Blocks) Fit<T>(ReadOnlyBatch<T> diagonal, ReadOnlyBatch<T> below, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => width == diagonal.Rows
            ? Fit(diagonal, below)
            : throw new ArgumentException($"A matrix of {diagonal.Rows} rows takes rows of that width but theirs is {width}.");

    private static void Read<T>(Batch<T> from, int block, Batch<T> to) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < from.Rows; row++)
            from[row].Slice(block * to.Width, to.Width).CopyTo(to[row]);
    }

    private static void Write<T>(Batch<T> from, int block, Batch<T> to) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < from.Rows; row++)
            from[row].CopyTo(to[row].Slice(block * from.Width, from.Width));
    }
}
