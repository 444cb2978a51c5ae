using System.Numerics;
using System.Runtime.Intrinsics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>Eigenvalues and eigenvectors of symmetric matrices: Householder reduction, then QL sweeps with implicit shifts.</summary>
public static unsafe class SymmetricEigen
{
    private const int MatricesInBlock = 64;     // a multiple of every register's lanes

    /// <summary>a = Σᵢ λᵢ vᵢ vᵢᵀ, λ ascending.</summary>
    /// <param name="a">Symmetric, [n, n]; may be the memory of <paramref name="vectors"/>.</param>
    /// <param name="values">λ, [n].</param>
    /// <param name="vectors">Row i is vᵢ, [n, n].</param>
    /// <returns>False where a holds a number that is not finite; values and vectors then mean nothing.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool Decompose<T>(ReadOnlyBatch<T> a, Span<T> values, Batch<T> vectors) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, a.Width, values.Length);
        if (vectors.Rows != a.Rows || vectors.Width != a.Width)
            throw new ArgumentException($"{a.Rows} vectors of {a.Rows} need a place of that shape but it is {vectors.Rows} × {vectors.Width}.");
        fixed (T* pa = a.Values, pValues = values, pVectors = vectors.Values)
            return One(a.Rows, pa, pValues, pVectors);
    }

    /// <summary>The eigenvalues alone, ascending.</summary>
    /// <returns>False where a holds a number that is not finite; values then mean nothing.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool Values<T>(ReadOnlyBatch<T> a, Span<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, a.Width, values.Length);
        fixed (T* pa = a.Values, pValues = values)
            return One(a.Rows, pa, pValues, null);
    }

    /// <summary>
    /// Decomposes many matrices of one size, a SIMD lane each: two to three times faster than one by one. A matrix's results have
    /// the same bits whatever else is in the batch and on any number of threads (but not those of <see cref="Decompose"/>).
    /// </summary>
    /// <param name="matrices">A row is a symmetric matrix, [count, n n].</param>
    /// <param name="values">A row is λ, ascending, [count, n]; NaN where a matrix holds a number that is not finite.</param>
    /// <param name="vectors">A row is the eigenvectors, one after the other, [count, n n]; may be the memory of <paramref name="matrices"/>.</param>
    /// <param name="workers">How many threads may work; one by default.</param>
    /// <returns>False where a matrix holds a number that is not finite.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool DecomposeMany<T>(ReadOnlyBatch<T> matrices, Batch<T> values, Batch<T> vectors, Workers? workers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = values.Width;
        if (matrices.Width != n * n || vectors.Width != n * n)
            throw new ArgumentException($"Matrices with {n} eigenvalues have {n * n} numbers but rows of {matrices.Width} and {vectors.Width} were given.");
        if (matrices.Rows != values.Rows || matrices.Rows != vectors.Rows)
            throw new ArgumentException($"{matrices.Rows} matrices cannot be decomposed into {values.Rows} rows of values and {vectors.Rows} rows of vectors.");
        fixed (T* pMatrices = matrices.Values, pValues = values.Values, pVectors = vectors.Values)
            return Lanes512<T>.IsSupported ? Many<T, Vector512<T>, Lanes512<T>>(matrices.Rows, n, pMatrices, pValues, pVectors, workers)
                : Lanes256<T>.IsSupported ? Many<T, Vector256<T>, Lanes256<T>>(matrices.Rows, n, pMatrices, pValues, pVectors, workers)
                : Many<T, T, ScalarLanes<T>>(matrices.Rows, n, pMatrices, pValues, pVectors, workers);
    }

    internal static bool Many<T, V, L>(int count, int n, T* matrices, T* values, T* vectors, Workers? workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where V : unmanaged where L : struct, ILanes<T, V>
    {
        if (workers is { Threads: > 1 })
            return Parallel<T, V, L>(count, n, matrices, values, vectors, workers);
        return Range<T, V, L>(0, count, n, matrices, values, vectors);
    }

    private static bool Parallel<T, V, L>(int count, int n, T* matrices, T* values, T* vectors, Workers workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where V : unmanaged where L : struct, ILanes<T, V>
    {
        var failures = 0;
        workers.ForBlocks(count, MatricesInBlock, (first, length) =>
        {
            if (!Range<T, V, L>(first, first + length, n, matrices, values, vectors))
                Interlocked.Increment(ref failures);
        });
        return failures == 0;
    }

    private static bool Range<T, V, L>(int first, int end, int n, T* matrices, T* values, T* vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where V : unmanaged where L : struct, ILanes<T, V>
    {
        using var frame = Scratch.Enter();
        var sound = true;
        fixed (T* d = frame.Rent<T>(n, L.Count).Values, z = frame.Rent<T>(n * n, L.Count).Values)
        fixed (int* order = frame.RentSpan<int>(n))
            for (; first < end; first += L.Count)
            {
                var lanes = Math.Min(L.Count, end - first);
                sound &= LaneEigen<T, V, L>.Decompose(lanes, n, matrices + (nint)first * n * n, d, z);
                for (var lane = 0; lane < lanes; lane++)
                {
                    var matrix = (nint)(first + lane);
                    LaneEigen<T, V, L>.Sorted(lane, n, d, z, order, values + matrix * n, vectors + matrix * n * n);
                }
            }
        return sound;
    }

    private static bool One<T>(int n, T* a, T* values, T* vectors) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Lanes512<T>.IsSupported ? EigenSolver<T, Vector512<T>, Lanes512<T>>.Decompose(n, a, values, vectors)
        : Lanes256<T>.IsSupported ? EigenSolver<T, Vector256<T>, Lanes256<T>>.Decompose(n, a, values, vectors)
        : EigenSolver<T, T, ScalarLanes<T>>.Decompose(n, a, values, vectors);

    private static void Fit(int rows, int width, int values)
    {
        if (rows != width)
            throw new ArgumentException($"A symmetric matrix is square but this one is {rows} × {width}.");
        if (values != rows)
            throw new ArgumentException($"The matrix has {rows} eigenvalues but there is room for {values}.");
    }
}
