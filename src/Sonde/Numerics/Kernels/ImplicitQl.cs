using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Eigenvalues of a symmetric tridiagonal matrix by the QL algorithm with implicit shifts; the rotations of a sweep are
/// then applied to the rows of z. Golub, Van Loan, Matrix Computations, 4th ed., §8.3.5.
/// </summary>
internal static unsafe class ImplicitQl<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    private const int MaximumSweeps = 60;       // for one eigenvalue; two are usual

    /// <summary>Turns the diagonal d into eigenvalues, in no order; false where it does not converge.</summary>
    /// <param name="n">The size.</param>
    /// <param name="d">The diagonal.</param>
    /// <param name="e">What stands beside it, [n − 1]; destroyed.</param>
    /// <param name="z">Padded rows that are rotated along, or null.</param>
    /// <param name="row">From a row of z to the next.</param>
    /// <param name="work">2 n numbers.</param>
    public static bool Diagonalize(int n, T* d, T* e, T* z, int row, T* work)
    {
        var (epsilon, tiny) = (T.BitIncrement(T.One) - T.One, Thresholds<T>.Negligible);
        for (var first = 0; first < n;)
        {
            var last = first;
            while (last < n - 1 && !IsNegligible(d, e, last, epsilon, tiny))
                last++;
            var reversed = T.Abs(d[last]) < T.Abs(d[first]);            // large numbers last, so that small ones are found first
            var size = last - first + 1;
            var converged = reversed
                ? Block<Backward>(size, d + last, e + last - 1, z == null ? null : z + (nint)last * row, row, work, epsilon, tiny)
                : Block<Forward>(size, d + first, e + first, z == null ? null : z + (nint)first * row, row, work, epsilon, tiny);
            if (!converged)
                return false;
            first = last + 1;
        }
        return true;
    }

    private static bool IsNegligible(T* d, T* e, int i, T epsilon, T tiny)
    {
        var size = T.Abs(e[i]);
        return size <= tiny || size <= epsilon * (T.Abs(d[i]) + T.Abs(d[i + 1]));
    }

    private static bool Block<S>(int n, T* d, T* e, T* z, int row, T* work, T epsilon, T tiny) where S : struct, IDirection
    {
        T* cosines = work, sines = work + n;
        for (var l = 0; l < n - 1; l++)
        {
            for (var sweep = 0; ; sweep++)
            {
                var m = l;
                for (; m < n - 1; m++)
                {
                    var beside = T.Abs(e[m * S.Step]);
                    if (beside <= tiny || beside <= epsilon * (T.Abs(d[m * S.Step]) + T.Abs(d[(m + 1) * S.Step])))
                        break;
                }
                if (m == l)
                    break;
                if (m < n - 1)
                    e[m * S.Step] = T.Zero;
                if (sweep == MaximumSweeps)
                    return false;
                var done = Sweep<S>(l, m, d, e, cosines, sines, tiny);
                if (z != null)
                    Rotate(m - done, z + (nint)done * (S.Step * row), S.Step * row, row, cosines + done, sines + done);
            }
        }
        return true;
    }

    /// <summary>One sweep from m up to l; returns the last row that was rotated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Sweep<S>(int l, int m, T* d, T* e, T* cosines, T* sines, T tiny) where S : struct, IDirection
    {
        var two = T.One + T.One;
        var g = (d[(l + 1) * S.Step] - d[l * S.Step]) / (two * e[l * S.Step]);
        var r = T.Sqrt(T.MultiplyAddEstimate(g, g, T.One));
        g = d[m * S.Step] - d[l * S.Step] + e[l * S.Step] / (g + T.CopySign(r, g));
        var (c, s, p) = (T.One, T.One, T.Zero);
        for (var i = m - 1; i >= l; i--)
        {
            var (f, b) = (s * e[i * S.Step], c * e[i * S.Step]);
            r = T.MultiplyAddEstimate(g, g, f * f);
            var falls = r <= tiny * tiny;                                  // the matrix falls apart here
            r = T.Sqrt(r);
            if (i < m - 1)
                e[(i + 1) * S.Step] = falls ? T.Zero : r;
            if (falls)
            {
                d[(i + 1) * S.Step] -= p;
                return i + 1;
            }
            var inverse = T.One / r;
            (s, c) = (f * inverse, g * inverse);
            g = d[(i + 1) * S.Step] - p;
            r = T.MultiplyAddEstimate(d[i * S.Step] - g, s, c * (b + b));
            p = s * r;
            d[(i + 1) * S.Step] = g + p;
            g = T.MultiplyAddEstimate(c, r, -b);
            (cosines[i], sines[i]) = (c, s);
        }
        d[l * S.Step] -= p;
        e[l * S.Step] = g;
        return l;
    }

    /// <summary>Rotates rows count and count − 1, then count − 1 and count − 2, …, 1 and 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rotate(int count, T* z, nint step, int row, T* cosines, T* sines)
    {
        var j = 0;
        for (; j + 4 * L.Count <= row; j += 4 * L.Count)
        {
            var to = z + count * step + j;
            V y0 = L.Load(to), y1 = L.Load(to + L.Count), y2 = L.Load(to + 2 * L.Count), y3 = L.Load(to + 3 * L.Count);
            for (var i = count - 1; i >= 0; i--)
            {
                V c = L.Broadcast(cosines[i]), s = L.Broadcast(sines[i]);
                var from = to - step;
                V x0 = L.Load(from), x1 = L.Load(from + L.Count), x2 = L.Load(from + 2 * L.Count), x3 = L.Load(from + 3 * L.Count);
                L.Store(L.MultiplyAdd(c, y0, L.Multiply(s, x0)), to);
                L.Store(L.MultiplyAdd(c, y1, L.Multiply(s, x1)), to + L.Count);
                L.Store(L.MultiplyAdd(c, y2, L.Multiply(s, x2)), to + 2 * L.Count);
                L.Store(L.MultiplyAdd(c, y3, L.Multiply(s, x3)), to + 3 * L.Count);
                y0 = L.MultiplySubtractFrom(s, y0, L.Multiply(c, x0));
                y1 = L.MultiplySubtractFrom(s, y1, L.Multiply(c, x1));
                y2 = L.MultiplySubtractFrom(s, y2, L.Multiply(c, x2));
                y3 = L.MultiplySubtractFrom(s, y3, L.Multiply(c, x3));
                to = from;
            }
            L.Store(y0, to);
            L.Store(y1, to + L.Count);
            L.Store(y2, to + 2 * L.Count);
            L.Store(y3, to + 3 * L.Count);
        }
        for (; j < row; j += L.Count)
        {
            var to = z + count * step + j;
            var y = L.Load(to);
            for (var i = count - 1; i >= 0; i--)
            {
                V c = L.Broadcast(cosines[i]), s = L.Broadcast(sines[i]);
                var from = to - step;
                var x = L.Load(from);
                L.Store(L.MultiplyAdd(c, y, L.Multiply(s, x)), to);
                y = L.MultiplySubtractFrom(s, y, L.Multiply(c, x));
                to = from;
            }
            L.Store(y, to);
        }
    }

    /// <summary>The order in which a block of the matrix is walked.</summary>
    private interface IDirection
    {
        static abstract int Step { get; }
    }

    private readonly struct Forward : IDirection
    {
        public static int Step => 1;
    }

    private readonly struct Backward : IDirection
    {
        public static int Step => -1;
    }
}
