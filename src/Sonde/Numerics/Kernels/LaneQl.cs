using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// The QL algorithm with implicit shifts on as many tridiagonal matrices as a register has lanes. All lanes look for the
/// same eigenvalue; a lane that has found it, or whose block ends earlier, stands still behind a mask, so what happens in a
/// lane depends on that lane alone.
/// </summary>
internal static unsafe class LaneQl<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    private const int MaximumSweeps = 60;

    /// <summary>Turns d into eigenvalues, in no order, and rotates the rows of z along; returns the mask of lanes that did not converge.</summary>
    /// <param name="n">The size.</param>
    /// <param name="d">The diagonals, n registers.</param>
    /// <param name="e">What stands beside them, n registers of which the last is not read; destroyed.</param>
    /// <param name="z">n × n registers, or null.</param>
    /// <param name="work">3 n registers.</param>
    public static V Diagonalize(int n, T* d, T* e, T* z, T* work)
    {
        T* inside = work, cosines = work + n * L.Count, sines = work + 2 * n * L.Count;
        var failed = L.Zero;
        for (var l = 0; l < n - 1; l++)
        {
            for (var sweep = 0; ; sweep++)
            {
                var m = Block(n, l, d, e, inside, out var dm);
                if (m == l)
                    break;
                if (sweep == MaximumSweeps)
                {
                    var stuck = Get(inside, l);
                    failed = L.Or(failed, stuck);
                    for (var i = l; i < n - 1; i++)
                        L.Store(L.Select(stuck, L.Zero, Get(e, i)), e + i * L.Count);
                    break;
                }
                Sweep(l, m, d, e, dm, inside, cosines, sines);
                if (z != null)
                    Rotate(m - l, n, z + (nint)l * n * L.Count, cosines + l * L.Count, sines + l * L.Count);
            }
        }
        return failed;
    }

    /// <summary>Finds where the block that begins at l ends in each lane; returns the furthest end, and d at each lane's own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Block(int n, int l, T* d, T* e, T* inside, out V dm)
    {
        V epsilon = L.Broadcast(T.BitIncrement(T.One) - T.One), least = L.Broadcast(Thresholds<T>.Negligible);
        var alive = L.LessThanOrEqual(L.Zero, L.Zero);
        dm = Get(d, l);
        var m = l;
        for (; m < n - 1; m++)
        {
            var beside = L.Abs(Get(e, m));
            var bound = L.Multiply(epsilon, L.Add(L.Abs(Get(d, m)), L.Abs(Get(d, m + 1))));
            alive = L.AndNot(alive, L.Or(L.LessThanOrEqual(beside, least), L.LessThanOrEqual(beside, bound)));
            L.Store(alive, inside + m * L.Count);
            if (!L.Any(alive))
                return m;
            dm = L.Select(alive, Get(d, m + 1), dm);
        }
        L.Store(L.Zero, inside + m * L.Count);
        return m;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep(int l, int m, T* d, T* e, V dm, T* inside, T* cosines, T* sines)
    {
        V one = L.Broadcast(T.One), least = L.Broadcast(Thresholds<T>.Negligible * Thresholds<T>.Negligible);
        var dl = Get(d, l);
        var el = L.Select(Get(inside, l), Get(e, l), one);
        var g = L.Divide(L.Subtract(Get(d, l + 1), dl), L.Add(el, el));
        var root = L.Sqrt(L.MultiplyAdd(g, g, one));
        g = L.Add(L.Subtract(dm, dl), L.Divide(el, L.Add(g, L.Select(L.LessThan(g, L.Zero), L.Negate(root), root))));
        V c = one, s = one, p = L.Zero;
        var whole = L.LessThanOrEqual(L.Zero, L.Zero);                  // lanes whose matrix has not fallen apart in this sweep
        var begun = L.Zero;
        for (var i = m - 1; i >= l; i--)
        {
            var active = L.And(Get(inside, i), whole);
            V ei = Get(e, i), h = L.Subtract(Get(d, i + 1), p);
            V f = L.Multiply(s, ei), b = L.Multiply(c, ei);
            var square = L.MultiplyAdd(g, g, L.Multiply(f, f));
            var coupled = L.And(active, L.LessThan(least, square));
            whole = L.AndNot(whole, L.AndNot(active, coupled));
            var r = L.Sqrt(square);
            L.Store(L.Select(active, L.Select(L.And(begun, coupled), r, L.Zero), Get(e, i + 1)), e + (i + 1) * L.Count);
            begun = active;
            var inverse = L.Divide(one, r);
            V sNew = L.Multiply(f, inverse), cNew = L.Multiply(g, inverse);
            r = L.MultiplyAdd(L.Subtract(Get(d, i), h), sNew, L.Multiply(cNew, L.Add(b, b)));
            var pNew = L.Multiply(sNew, r);
            L.Store(L.Select(active, L.Select(coupled, L.Add(h, pNew), h), Get(d, i + 1)), d + (i + 1) * L.Count);
            g = L.Select(coupled, L.MultiplyAdd(cNew, r, L.Negate(b)), g);
            (c, s, p) = (L.Select(coupled, cNew, c), L.Select(coupled, sNew, s), L.Select(coupled, pNew, p));
            L.Store(L.Select(coupled, cNew, one), cosines + i * L.Count);
            L.Store(L.Select(coupled, sNew, L.Zero), sines + i * L.Count);
        }
        var complete = L.And(Get(inside, l), whole);
        L.Store(L.Select(complete, L.Subtract(dl, p), Get(d, l)), d + l * L.Count);
        L.Store(L.Select(complete, g, Get(e, l)), e + l * L.Count);
    }

    /// <summary>Rotates rows count and count − 1, then count − 1 and count − 2, …, 1 and 0, four columns at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rotate(int count, int n, T* z, T* cosines, T* sines)
    {
        nint row = n * L.Count;
        for (var j = 0; j < n;)
        {
            var to = z + count * row + j * L.Count;
            if (n - j < 4)
            {
                var y = L.Load(to);
                for (nint i = (count - 1) * L.Count; i >= 0; i -= L.Count)
                {
                    V c = L.Load(cosines + i), s = L.Load(sines + i);
                    var x = L.Load(to - row);
                    L.Store(L.MultiplyAdd(c, y, L.Multiply(s, x)), to);
                    y = L.MultiplySubtractFrom(s, y, L.Multiply(c, x));
                    to -= row;
                }
                L.Store(y, to);
                j++;
                continue;
            }
            V y0 = L.Load(to), y1 = L.Load(to + L.Count), y2 = L.Load(to + 2 * L.Count), y3 = L.Load(to + 3 * L.Count);
            for (nint i = (count - 1) * L.Count; i >= 0; i -= L.Count)
            {
                V c = L.Load(cosines + i), s = L.Load(sines + i);
                var from = to - row;
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
            j += 4;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Get(T* vector, int i) => L.Load(vector + (nint)i * L.Count);
}
