using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Singular values and vectors by one-sided Jacobi rotations, after a = l q with the longest rows first: the rows of lᵀ are
/// nearly orthogonal, so few sweeps remain. Drmač, Veselić, "New fast and accurate Jacobi SVD algorithm", SIAM J. Matrix Anal.
/// Appl. 29 (2008).
/// </summary>
internal static unsafe class SvdKernel<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    private const int MaximumSweeps = 60;

    /// <summary>Decomposes a of k ≤ width rows; false where it is not finite. Rows of left and right are singular vectors.</summary>
    public static bool Decompose(int k, int width, T* a, T* left, T* values, T* right)
    {
        var exponent = Padding<T, V, L>.Exponent((long)k * width, a);
        if (exponent == Padding<T, V, L>.NotFinite)
            return false;
        using var frame = Scratch.Enter();
        int row = Padding<T, V, L>.Width(width), half = Padding<T, V, L>.Width(k);
        var norms = frame.Rent<T>(1, k)[0];
        fixed (T* work = frame.RentCleared<T>(k, row).Values, v = frame.Rent<T>(k, row).Values, q = frame.Rent<T>(k, row).Values)
        fixed (T* tau = frame.Rent<T>(1, k).Values, x = frame.RentCleared<T>(k, 2 * half).Values, sorted = frame.Rent<T>(k, k).Values)
        fixed (int* order = frame.RentSpan<int>(k), rank = frame.RentSpan<int>(k))
        {
            for (var i = 0; i < k; i++)
                (order[i], norms[i]) = (i, -TensorPrimitives.Norm(new ReadOnlySpan<T>(a + (nint)i * width, width)));
            norms.Sort(new Span<int>(order, k));
            for (var i = 0; i < k; i++)
                Padding<T, V, L>.Copy(1, width, a + (nint)order[i] * width, width, T.ScaleB(T.One, -exponent), work + (nint)i * row, row);
            Reflection<T, V, L>.Factor(k, width, work, row, v, tau);
            Reflection<T, V, L>.Rows(k, 0, k, q, row, v, tau);
            for (var i = 0; i < k; i++)                                 // a row of x: a row of lᵀ, then of the rotations so far
            {
                x[(nint)i * 2 * half + half + i] = T.One;
                for (var j = i; j < k; j++)
                    x[(nint)i * 2 * half + j] = work[(nint)j * row + i];
            }
            Orthogonalize(k, half, x);
            for (var i = 0; i < k; i++)
                (rank[i], norms[i]) = (i, -TensorPrimitives.Norm(new ReadOnlySpan<T>(x + (nint)i * 2 * half, k)));
            norms.Sort(new Span<int>(rank, k));
            var known = 0;                                              // vectors that belong to values above zero
            for (var i = 0; i < k; i++)
            {
                var from = x + (nint)rank[i] * 2 * half;
                new ReadOnlySpan<T>(from + half, k).CopyTo(new Span<T>(sorted + (nint)i * k, k));
                values[i] = T.ScaleB(-norms[i], exponent);
                if (!(-norms[i] > Thresholds<T>.Negligible))
                    continue;
                for (var j = 0; j < k; j++)
                    left[(nint)i * k + order[j]] = -from[j] / norms[i];
                known++;
            }
            Complete(known, k, left);
            Product<T, V, L>.Multiply<Unchanged<T>>(k, width, k, T.One, new(sorted, k, 1), new(q, row, 1), T.Zero, right, width);
        }
        return true;
    }

    private static void Orthogonalize(int k, int half, T* x)
    {
        var tolerance = T.Sqrt(T.CreateChecked(k)) * (T.BitIncrement(T.One) - T.One);
        for (var sweep = 0; sweep < MaximumSweeps; sweep++)
        {
            var rotated = false;
            for (var p = 0; p < k; p++)
                for (var q = p + 1; q < k; q++)
                    rotated |= Rotate(half, x + (nint)p * 2 * half, x + (nint)q * 2 * half, tolerance);
            if (!rotated)
                return;
        }
    }

    /// <summary>Makes two rows orthogonal; false where they are already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Rotate(int half, T* p, T* q, T tolerance)
    {
        V pp = L.Zero, qq = L.Zero, pq = L.Zero;
        for (var j = 0; j < half; j += L.Count)
        {
            V x = L.Load(p + j), y = L.Load(q + j);
            (pp, qq, pq) = (L.MultiplyAdd(x, x, pp), L.MultiplyAdd(y, y, qq), L.MultiplyAdd(x, y, pq));
        }
        var (alpha, beta, gamma) = (L.Sum(pp), L.Sum(qq), L.Sum(pq));
        if (!(T.Abs(gamma) > tolerance * T.Sqrt(alpha) * T.Sqrt(beta)))
            return false;
        var zeta = (beta - alpha) / (gamma + gamma);
        var t = T.CopySign(T.One / (T.Abs(zeta) + T.Sqrt(T.MultiplyAddEstimate(zeta, zeta, T.One))), zeta);
        var c = T.One / T.Sqrt(T.MultiplyAddEstimate(t, t, T.One));
        V cosine = L.Broadcast(c), sine = L.Broadcast(c * t);
        for (var j = 0; j < 2 * half; j += L.Count)
        {
            V x = L.Load(p + j), y = L.Load(q + j);
            L.Store(L.MultiplySubtractFrom(sine, y, L.Multiply(cosine, x)), p + j);
            L.Store(L.MultiplyAdd(cosine, y, L.Multiply(sine, x)), q + j);
        }
        return true;
    }

    /// <summary>Follows <paramref name="known"/> orthonormal rows of k by the others of an orthonormal basis.</summary>
    private static void Complete(int known, int k, T* rows)
    {
        if (known == k)
            return;
        using var frame = Scratch.Enter();
        var row = Padding<T, V, L>.Width(k);
        fixed (T* work = frame.RentCleared<T>(known, row).Values, v = frame.Rent<T>(known, row).Values)
        fixed (T* tau = frame.Rent<T>(1, known).Values, rest = frame.Rent<T>(k - known, row).Values)
        {
            Padding<T, V, L>.Copy(known, k, rows, k, T.One, work, row);
            Reflection<T, V, L>.Factor(known, k, work, row, v, tau);
            Reflection<T, V, L>.Rows(known, known, k - known, rest, row, v, tau);
            for (var i = 0; i < k - known; i++)
                new ReadOnlySpan<T>(rest + (nint)i * row, k).CopyTo(new Span<T>(rows + (nint)(known + i) * k, k));
        }
    }
}
