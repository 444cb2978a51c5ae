using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>
/// Products of dense matrices. Destinations come last and must not overlap what is read. A number's bits depend on the two
/// factors alone: not on threads, and not on the rows beside it.
/// </summary>
public static unsafe class Dense
{
    private const int RowsInBlock = 240, ColumnsInBlock = 240;          // of the result, for one worker

    /// <summary>c = a b.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, Batch<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Multiply(T.One, a, b, T.Zero, c);

    /// <summary>c = α a b + β c; with β = 0, c may hold anything before.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(T alpha, ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, T beta, Batch<T> c, Workers? workers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, b.Width, a.Width, b.Rows, c.Rows, c.Width);
        fixed (T* pa = a.Values, pb = b.Values, pc = c.Values)
            Multiply<T, IdentityFunction<T>>(c.Rows, c.Width, a.Width, alpha, new(pa, a.Width, 1), new(pb, b.Width, 1), beta, pc, null, workers);
    }

    /// <summary>c = α a bᵀ + β c.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyTransposedRight<T>(
        T alpha, ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, T beta, Batch<T> c, Workers? workers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, b.Rows, a.Width, b.Width, c.Rows, c.Width);
        fixed (T* pa = a.Values, pb = b.Values, pc = c.Values)
            Multiply<T, IdentityFunction<T>>(c.Rows, c.Width, a.Width, alpha, new(pa, a.Width, 1), new(pb, 1, b.Width), beta, pc, null, workers);
    }

    /// <summary>c = α aᵀ b + β c.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyTransposedLeft<T>(
        T alpha, ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, T beta, Batch<T> c, Workers? workers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Width, b.Width, a.Rows, b.Rows, c.Rows, c.Width);
        fixed (T* pa = a.Values, pb = b.Values, pc = c.Values)
            Multiply<T, IdentityFunction<T>>(c.Rows, c.Width, a.Rows, alpha, new(pa, 1, a.Width), new(pb, b.Width, 1), beta, pc, null, workers);
    }

    /// <summary>c = α aᵀ bᵀ + β c.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyTransposedBoth<T>(
        T alpha, ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, T beta, Batch<T> c, Workers? workers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Width, b.Rows, a.Rows, b.Width, c.Rows, c.Width);
        fixed (T* pa = a.Values, pb = b.Values, pc = c.Values)
            Multiply<T, IdentityFunction<T>>(c.Rows, c.Width, a.Rows, alpha, new(pa, 1, a.Width), new(pb, 1, b.Width), beta, pc, null, workers);
    }

    /// <summary>c = a aᵀ, all of it (both triangles, with the same bits).</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Gram<T>(ReadOnlyBatch<T> a, Batch<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, a.Rows, a.Width, a.Width, c.Rows, c.Width);
        fixed (T* pa = a.Values, pc = c.Values)
            Gram(a.Rows, a.Width, new(pa, a.Width, 1), pc);
    }

    /// <summary>c = aᵀ a, all of it (both triangles, with the same bits).</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void GramTransposed<T>(ReadOnlyBatch<T> a, Batch<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Width, a.Width, a.Rows, a.Rows, c.Rows, c.Width);
        fixed (T* pa = a.Values, pc = c.Values)
            Gram(a.Width, a.Rows, new(pa, 1, a.Width), pc);
    }

    /// <summary>y = a x.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(ReadOnlyBatch<T> a, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Multiply(T.One, a, x, T.Zero, y);

    /// <summary>y = α a x + β y; with β = 0, y may hold anything before.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(T alpha, ReadOnlyBatch<T> a, ReadOnlySpan<T> x, T beta, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, 1, a.Width, x.Length, y.Length, 1);
        fixed (T* pa = a.Values, px = x, py = y)
            if (Lanes512<T>.IsSupported)
                Gemv<T, Vector512<T>, Lanes512<T>>.Multiply(a.Rows, a.Width, alpha, pa, a.Width, px, beta, py);
            else if (Lanes256<T>.IsSupported)
                Gemv<T, Vector256<T>, Lanes256<T>>.Multiply(a.Rows, a.Width, alpha, pa, a.Width, px, beta, py);
            else
                Gemv<T, T, ScalarLanes<T>>.Multiply(a.Rows, a.Width, alpha, pa, a.Width, px, beta, py);
    }

    /// <summary>y = aᵀ x.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyTransposed<T>(ReadOnlyBatch<T> a, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MultiplyTransposed(T.One, a, x, T.Zero, y);

    /// <summary>y = α aᵀ x + β y; with β = 0, y may hold anything before.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyTransposed<T>(T alpha, ReadOnlyBatch<T> a, ReadOnlySpan<T> x, T beta, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Width, 1, a.Rows, x.Length, y.Length, 1);
        fixed (T* pa = a.Values, px = x, py = y)
            if (Lanes512<T>.IsSupported)
                Gemv<T, Vector512<T>, Lanes512<T>>.MultiplyTransposed(a.Rows, a.Width, alpha, pa, a.Width, px, beta, py);
            else if (Lanes256<T>.IsSupported)
                Gemv<T, Vector256<T>, Lanes256<T>>.MultiplyTransposed(a.Rows, a.Width, alpha, pa, a.Width, px, beta, py);
            else
                Gemv<T, T, ScalarLanes<T>>.MultiplyTransposed(a.Rows, a.Width, alpha, pa, a.Width, px, beta, py);
    }

    /// <summary>b = aᵀ.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Transpose<T>(ReadOnlyBatch<T> a, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Width, a.Rows, 0, 0, b.Rows, b.Width);
        fixed (T* pa = a.Values, pb = b.Values)
            Transposition<T>.Copy(a.Rows, a.Width, pa, a.Width, pb, a.Rows);
    }

    /// <summary>c = f(a b + bias): a layer whose weights b are [inputs, outputs]; the bias may be empty.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Affine<T, TFunction>(ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, ReadOnlySpan<T> bias, Batch<T> c, Workers? workers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TFunction : struct, IElementwise<T>
    {
        Fit(a.Rows, b.Width, a.Width, b.Rows, c.Rows, c.Width);
        if (!bias.IsEmpty && bias.Length != c.Width)
            throw new ArgumentException($"The result has {c.Width} columns but the bias has {bias.Length} values.", nameof(bias));
        fixed (T* pa = a.Values, pb = b.Values, pc = c.Values, pBias = bias)
            Multiply<T, TFunction>(c.Rows, c.Width, a.Width, T.One, new(pa, a.Width, 1), new(pb, b.Width, 1), T.Zero, pc, pBias, workers);
    }

    /// <summary>c = α a b + β c, with the bits of the product by b itself.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(T alpha, ReadOnlyBatch<T> a, PackedFactor<T> b, T beta, Batch<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Packed<T, IdentityFunction<T>>(alpha, a, b, beta, c, []);

    /// <summary>c = f(a b + bias), with the bits of the layer by b itself; the bias may be empty.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Affine<T, TFunction>(ReadOnlyBatch<T> a, PackedFactor<T> b, ReadOnlySpan<T> bias, Batch<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TFunction : struct, IElementwise<T> => Packed<T, TFunction>(T.One, a, b, T.Zero, c, bias);

    private static void Packed<T, F>(T alpha, ReadOnlyBatch<T> a, PackedFactor<T> b, T beta, Batch<T> c, ReadOnlySpan<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where F : struct, IElementwise<T>
    {
        ArgumentNullException.ThrowIfNull(b);
        Fit(a.Rows, b.Width, a.Width, b.Rows, c.Rows, c.Width);
        if (!bias.IsEmpty && bias.Length != c.Width)
            throw new ArgumentException($"The result has {c.Width} columns but the bias has {bias.Length} values.", nameof(bias));
        fixed (T* pa = a.Values, pc = c.Values, pBias = bias)
            Multiply<T, F>(c.Rows, c.Width, a.Width, alpha, new(pa, a.Width, 1), new(b.Origin, b.Width, 1), beta, pc, c.Width, pBias, false, b.Origin);
        GC.KeepAlive(b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply<T, F>(
        int m, int n, int k, T alpha, Strided<T> a, Strided<T> b, T beta, T* c, T* bias, Workers? workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where F : struct, IElementwise<T>
    {
        if (workers is not { Threads: > 1 } || (m <= RowsInBlock && n <= ColumnsInBlock))
            Multiply<T, F>(m, n, k, alpha, a, b, beta, c, n, bias, false);
        else
            Divide<T, F>(m, n, k, alpha, a, b, beta, c, bias, workers);
    }

    private static void Divide<T, F>(
        int m, int n, int k, T alpha, Strided<T> a, Strided<T> b, T beta, T* c, T* bias, Workers workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where F : struct, IElementwise<T>
    {
        var across = (n + ColumnsInBlock - 1) / ColumnsInBlock;
        var down = (m + RowsInBlock - 1) / RowsInBlock;
        workers.ForBlocks(down * across, 1, (block, _) =>
        {
            var (i, j) = (block / across * RowsInBlock, block % across * ColumnsInBlock);
            Multiply<T, F>(Math.Min(RowsInBlock, m - i), Math.Min(ColumnsInBlock, n - j), k, alpha, a.From(i, 0), b.From(0, j), beta,
                c + (nint)i * n + j, n, bias == null ? null : bias + j, false);
        });
    }

    private static void Gram<T>(int n, int k, Strided<T> a, T* c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Multiply<T, IdentityFunction<T>>(n, n, k, T.One, a, a.Transposed, T.Zero, c, n, null, true);
        Transposition<T>.Mirror(n, c, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply<T, F>(
        int m, int n, int k, T alpha, Strided<T> a, Strided<T> b, T beta, T* c, nint rowOfC, T* bias, bool lower, T* ready = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where F : struct, IElementwise<T>
    {
        if (Lanes512<T>.IsSupported)
            Product<T, Vector512<T>, Lanes512<T>>.Multiply<F>(m, n, k, alpha, a, b, beta, c, rowOfC, bias, lower, ready);
        else if (Lanes256<T>.IsSupported)
            Product<T, Vector256<T>, Lanes256<T>>.Multiply<F>(m, n, k, alpha, a, b, beta, c, rowOfC, bias, lower, ready);
        else
            Product<T, T, ScalarLanes<T>>.Multiply<F>(m, n, k, alpha, a, b, beta, c, rowOfC, bias, lower, ready);
    }

    private static void Fit(int rows, int width, int innerLeft, int innerRight, int rowsGiven, int widthGiven)
    {
        if (innerLeft != innerRight)
            throw new ArgumentException($"The inner sizes of the product differ: {innerLeft} and {innerRight}.");
        if (rows != rowsGiven || width != widthGiven)
            throw new ArgumentException($"The result is {rows} × {width} but its destination is {rowsGiven} × {widthGiven}.");
    }
}
