using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Singular values and vectors by one-sided Jacobi rotations of the rows of x = a. The eigenvectors of a aᵀ come first: they
/// leave rows so nearly orthogonal that a sweep or two are enough, and the rotations make up for what squaring lost.
/// Values are accurate to rounding of the largest; what is smaller than that counts as no direction.
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
        if (k == 0)
            return true;
        using var frame = Scratch.Enter();
        int wide = Padding<T, V, L>.Width(width), row = wide + Padding<T, V, L>.Width(k);
        var norms = frame.Rent<T>(1, k)[0];
        fixed (T* scaled = frame.Rent<T>(k, wide).Values, x = frame.RentCleared<T>(k, row).Values)      // a row of x, then of the rotations
        fixed (T* gram = frame.Rent<T>(k, k).Values, vectors = frame.Rent<T>(k, k).Values)
        fixed (int* order = frame.RentSpan<int>(k))
        {
            Padding<T, V, L>.Copy(k, width, a, width, T.ScaleB(T.One, -exponent), scaled, wide);
            Gram(k, width, scaled, wide, gram);
            Transposition<T>.Mirror(k, gram, k);
            if (!EigenSolver<T, V, L>.Decompose(k, gram, values, vectors))
                return false;
            Product<T, V, L>.Multiply<IdentityFunction<T>>(k, width, k, T.One, new(vectors, k, 1), new(scaled, wide, 1), T.Zero, x, row);
            for (var i = 0; i < k; i++)
                new ReadOnlySpan<T>(vectors + (nint)i * k, k).CopyTo(new Span<T>(x + (nint)i * row + wide, k));
            Orthogonalize(k, width, wide, row, x, gram);

            for (var i = 0; i < k; i++)
                (order[i], norms[i]) = (i, -TensorPrimitives.Norm(new ReadOnlySpan<T>(x + (nint)i * row, width)));
            norms.Sort(new Span<int>(order, k));
            var noise = Noise(k, -norms[0]);
            var known = 0;
            for (var i = 0; i < k; i++)
            {
                var from = x + (nint)order[i] * row;
                values[i] = T.ScaleB(-norms[i], exponent);
                new ReadOnlySpan<T>(from + wide, k).CopyTo(new Span<T>(left + (nint)i * k, k));
                if (!(-norms[i] > noise))
                    continue;
                TensorPrimitives.Divide(new ReadOnlySpan<T>(from, width), -norms[i], new Span<T>(right + (nint)i * width, width));
                known++;
            }
            Complete(known, k, width, right);
        }
        return true;
    }

    private static T Noise(int k, T largest) => T.CreateChecked(k) * (T.BitIncrement(T.One) - T.One) * largest;

    private static void Gram(int k, int width, T* x, int row, T* gram) =>
        Product<T, V, L>.Multiply<IdentityFunction<T>>(k, k, width, T.One, new(x, row, 1), new(x, 1, row), T.Zero, gram, k, null, true);

    private static void Orthogonalize(int k, int width, int wide, int row, T* x, T* gram)
    {
        var tolerance = T.Sqrt(T.CreateChecked(width)) * (T.BitIncrement(T.One) - T.One);
        for (var sweep = 0; sweep < MaximumSweeps; sweep++)
        {
            Gram(k, width, x, row, gram);
            var largest = T.Zero;
            for (var i = 0; i < k; i++)
                largest = T.Max(largest, gram[(nint)i * k + i]);
            var noise = Noise(k, T.Sqrt(largest));
            var rotated = false;
            for (var q = 1; q < k; q++)
                for (var p = 0; p < q; p++)
                {
                    var bound = T.Sqrt(gram[(nint)p * k + p]) * T.Sqrt(gram[(nint)q * k + q]);
                    if (bound > noise * noise && T.Abs(gram[(nint)q * k + p]) > tolerance * bound)
                        rotated |= Rotate(wide, row, x + (nint)p * row, x + (nint)q * row, tolerance);
                }
            if (!rotated)
                return;
        }
    }

    /// <summary>Makes two rows orthogonal; false where they are already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Rotate(int wide, int row, T* p, T* q, T tolerance)
    {
        V pp = L.Zero, qq = L.Zero, pq = L.Zero;
        for (var j = 0; j < wide; j += L.Count)
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
        for (var j = 0; j < row; j += L.Count)
        {
            V x = L.Load(p + j), y = L.Load(q + j);
            L.Store(L.MultiplySubtractFrom(sine, y, L.Multiply(cosine, x)), p + j);
            L.Store(L.MultiplyAdd(cosine, y, L.Multiply(sine, x)), q + j);
        }
        return true;
    }

    /// <summary>Follows <paramref name="known"/> orthonormal rows by others, k in all.</summary>
    private static void Complete(int known, int k, int width, T* rows)
    {
        if (known == k)
            return;
        using var frame = Scratch.Enter();
        var row = Padding<T, V, L>.Width(width);
        fixed (T* work = frame.RentCleared<T>(known, row).Values, v = frame.Rent<T>(known, row).Values)
        fixed (T* tau = frame.Rent<T>(1, known).Values, rest = frame.Rent<T>(k - known, row).Values)
        {
            Padding<T, V, L>.Copy(known, width, rows, width, T.One, work, row);
            Reflection<T, V, L>.Factor(known, width, work, row, v, tau);
            Reflection<T, V, L>.Rows(known, known, k - known, rest, row, v, tau);
            for (var i = 0; i < k - known; i++)
                new ReadOnlySpan<T>(rest + (nint)i * row, width).CopyTo(new Span<T>(rows + (nint)(known + i) * width, width));
        }
    }
}
