using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Sonde.Numerics.Kernels;

namespace Sonde.Numerics;

/// <summary>Powers of symmetric positive definite matrices, aᵖ = Σᵢ λᵢᵖ vᵢ vᵢᵀ; results are exactly symmetric.</summary>
public static unsafe class SymmetricPower
{
    private const int MatricesInBlock = 64;     // a multiple of every register's lanes

    /// <summary>result = Σᵢ fᵢ vᵢ vᵢᵀ for the rows vᵢ of <paramref name="vectors"/>.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Compose<T>(ReadOnlySpan<T> f, ReadOnlyBatch<T> vectors, Batch<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (f.Length != vectors.Rows)
            throw new ArgumentException($"{vectors.Rows} vectors need as many values but {f.Length} were given.", nameof(f));
        using var frame = Scratch.Enter();
        var scaled = frame.Rent<T>(vectors.Rows, vectors.Width);
        for (var i = 0; i < f.Length; i++)
            TensorPrimitives.Multiply(vectors[i], f[i], scaled[i]);
        Dense.MultiplyTransposedLeft(T.One, vectors, scaled, T.Zero, result);
        for (var i = 0; i < result.Rows; i++)
            for (var j = 0; j < i; j++)
                result[j, i] = result[i, j];
    }

    /// <summary>result = aᵖ, for any real p.</summary>
    /// <returns>False where a is not finite, or an eigenvalue is not positive: below rounding for p &gt; 0, at most zero for p &lt; 0.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool Apply<T>(ReadOnlyBatch<T> a, T power, Batch<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var values = frame.Rent<T>(1, a.Rows)[0];
        var vectors = frame.Rent<T>(a.Rows, a.Rows);
        if (!SymmetricEigen.Decompose(a, values, vectors) || !Raise(values, power))
            return false;
        Compose(values, vectors, result);
        return true;
    }

    /// <summary>Many powers at once, a SIMD lane each; see <see cref="SymmetricEigen.DecomposeMany"/>.</summary>
    /// <param name="matrices">A row is a matrix, [count, n n].</param>
    /// <param name="power">p.</param>
    /// <param name="results">A row is aᵖ, [count, n n]; NaN where it does not exist.</param>
    /// <param name="workers">How many threads may work; one by default.</param>
    /// <returns>False where one does not exist.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool ApplyMany<T>(ReadOnlyBatch<T> matrices, T power, Batch<T> results, Workers? workers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Many(matrices, power, default, default, results, workers);

    /// <summary>
    /// What a local ensemble transform needs of a matrix: x = a⁻¹ b, and a^−½. Many at once, a SIMD lane each.
    /// </summary>
    /// <param name="matrices">A row is a matrix, [count, n n].</param>
    /// <param name="rightSides">A row is b, [count, n].</param>
    /// <param name="solutions">A row is x, [count, n]; NaN where a is not positive definite.</param>
    /// <param name="inverseRoots">A row is a^−½, [count, n n]; NaN likewise.</param>
    /// <param name="workers">How many threads may work; one by default.</param>
    /// <returns>False where a matrix is not positive definite.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool SolveAndRootMany<T>(
        ReadOnlyBatch<T> matrices, ReadOnlyBatch<T> rightSides, Batch<T> solutions, Batch<T> inverseRoots, Workers? workers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rightSides.Rows != matrices.Rows || solutions.Rows != matrices.Rows)
            throw new ArgumentException($"{matrices.Rows} matrices need as many right sides and solutions but {rightSides.Rows} and {solutions.Rows} were given.");
        if (rightSides.Width * rightSides.Width != matrices.Width || solutions.Width != rightSides.Width)
            throw new ArgumentException($"Matrices of {matrices.Width} numbers do not fit right sides of {rightSides.Width} and solutions of {solutions.Width}.");
        return Many(matrices, T.NegativeOne / (T.One + T.One), rightSides, solutions, inverseRoots, workers);
    }

    private static bool Many<T>(
        ReadOnlyBatch<T> matrices, T power, ReadOnlyBatch<T> rightSides, Batch<T> solutions, Batch<T> results, Workers? workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = (int)Math.Round(Math.Sqrt(matrices.Width));
        if (n * n != matrices.Width)
            throw new ArgumentException($"A row of {matrices.Width} numbers is no square matrix.", nameof(matrices));
        if (results.Rows != matrices.Rows || results.Width != matrices.Width)
            throw new ArgumentException($"The results of {matrices.Rows} × {matrices.Width} numbers do not fit {results.Rows} × {results.Width}.", nameof(results));
        fixed (T* a = matrices.Values, b = rightSides.Values, x = solutions.Values, r = results.Values)
            return Lanes512<T>.IsSupported ? Many<T, Vector512<T>, Lanes512<T>>(matrices.Rows, n, power, a, b, x, r, workers)
                : Lanes256<T>.IsSupported ? Many<T, Vector256<T>, Lanes256<T>>(matrices.Rows, n, power, a, b, x, r, workers)
                : Many<T, T, ScalarLanes<T>>(matrices.Rows, n, power, a, b, x, r, workers);
    }

    internal static bool Many<T, V, L>(int count, int n, T power, T* matrices, T* rightSides, T* solutions, T* results, Workers? workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where V : unmanaged where L : struct, ILanes<T, V>
    {
        if (workers is { Threads: > 1 })
            return Parallel<T, V, L>(count, n, power, matrices, rightSides, solutions, results, workers);
        return Range<T, V, L>(0, count, n, power, matrices, rightSides, solutions, results);
    }

    private static bool Parallel<T, V, L>(
        int count, int n, T power, T* matrices, T* rightSides, T* solutions, T* results, Workers workers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where V : unmanaged where L : struct, ILanes<T, V>
    {
        var failures = 0;
        workers.ForBlocks(count, MatricesInBlock, (first, length) =>
        {
            if (!Range<T, V, L>(first, first + length, n, power, matrices, rightSides, solutions, results))
                Interlocked.Increment(ref failures);
        });
        return failures == 0;
    }

    private static bool Range<T, V, L>(int first, int end, int n, T power, T* matrices, T* rightSides, T* solutions, T* results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where V : unmanaged where L : struct, ILanes<T, V>
    {
        using var frame = Scratch.Enter();
        var sound = true;
        fixed (T* d = frame.Rent<T>(n, L.Count).Values, z = frame.Rent<T>(n * n, L.Count).Values, f = frame.Rent<T>(n, L.Count).Values)
        fixed (T* b = frame.Rent<T>(n, L.Count).Values, x = frame.Rent<T>(n, L.Count).Values, r = frame.Rent<T>(n * n, L.Count).Values)
            for (; first < end; first += L.Count)
            {
                var lanes = Math.Min(L.Count, end - first);
                LaneEigen<T, V, L>.Decompose(lanes, n, matrices + (nint)first * n * n, d, z);
                sound &= Roots<T, V, L>(lanes, n, power, d, f);
                if (solutions != null)
                {
                    new Span<T>(b, n * L.Count).Clear();
                    Transposition<T>.Copy(lanes, n, rightSides + (nint)first * n, n, b, L.Count);
                    LanePower<T, V, L>.Solve(n, d, z, b, x, r);
                    Transposition<T>.Copy(n, lanes, x, L.Count, solutions + (nint)first * n, n);
                }
                LanePower<T, V, L>.Compose(n, f, z, r);
                Transposition<T>.Copy(n * n, lanes, r, L.Count, results + (nint)first * n * n, n * n);
            }
        return sound;
    }

    /// <summary>f = √(λᵖ) in every lane; NaN there, and in λ, where it does not exist.</summary>
    private static bool Roots<T, V, L>(int lanes, int n, T power, T* d, T* f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where V : unmanaged where L : struct, ILanes<T, V>
    {
        using var frame = Scratch.Enter();
        var column = frame.Rent<T>(1, n)[0];
        var sound = true;
        for (var lane = 0; lane < L.Count; lane++)
        {
            for (var i = 0; i < n; i++)
                column[i] = d[i * L.Count + lane];
            var exists = Raise(column, power);
            sound &= exists || lane >= lanes;
            for (var i = 0; i < n; i++)
            {
                f[i * L.Count + lane] = exists ? T.Sqrt(column[i]) : T.NaN;
                d[i * L.Count + lane] = exists ? d[i * L.Count + lane] : T.NaN;
            }
        }
        return sound;
    }

    /// <summary>λᵖ in place, λ in any order; what rounding made negative counts as zero.</summary>
    private static bool Raise<T>(Span<T> values, T power) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (values.IsEmpty)
            return true;
        var largest = TensorPrimitives.Max<T>(values);
        var rounding = T.CreateChecked(8 * values.Length) * (T.BitIncrement(T.One) - T.One) * largest;
        var two = T.One + T.One;
        foreach (ref var value in values)
        {
            if (!(value >= -rounding) || (power < T.Zero && !(value > T.Zero)))
                return false;
            value = T.Max(value, T.Zero);
            if (power == T.NegativeOne)
                value = T.One / value;
            else if (power * two == T.NegativeOne)
                value = T.One / T.Sqrt(value);
            else if (power * two == T.One)
                value = T.Sqrt(value);
            else
                value = T.Pow(value, power);
        }
        return true;
    }
}
