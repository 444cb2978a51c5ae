using System.Numerics;
using System.Runtime.CompilerServices;
using Sonde.Numerics;

namespace Sonde.Verification;

/// <summary>
/// Sorts many columns at once: comparisons that depend on no outcome, each between two whole rows. Batcher's merge exchange;
/// Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M.
/// </summary>
internal static unsafe class SortingNetwork
{
    /// <summary>Sorts every column of rows × width upwards; the width is a multiple of V's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort<V>(double* values, int rows, int width) where V : unmanaged, ISimd<V, double>
    {
        if (rows < 2)
            return;
        var top = (int)BitOperations.RoundUpToPowerOf2((uint)rows) / 2;
        for (var p = top; p > 0; p /= 2)
            for (var (q, r, d) = (top, 0, p); ; (q, r, d) = (q / 2, p, q - p))
            {
                for (var first = r; first < rows - d; first += 2 * p)               // every i with (i & p) = r
                    for (var i = first; i < Math.Min(first + p, rows - d); i++)
                        Exchange<V>(values + (long)i * width, values + (long)(i + d) * width, width);
                if (q == p)
                    break;
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exchange<V>(double* a, double* b, int width) where V : unmanaged, ISimd<V, double>
    {
        for (var j = 0; j < width; j += V.Count)
        {
            var (x, y) = (V.Load(a + j), V.Load(b + j));
            V.Min(x, y).Store(a + j);
            V.Max(x, y).Store(b + j);
        }
    }
}
