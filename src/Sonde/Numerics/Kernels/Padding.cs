using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>Copies matrices to and from rows that are padded with zeros to whole registers, and finds their scale.</summary>
internal static unsafe class Padding<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>What <see cref="Exponent"/> returns where a number is not finite.</summary>
    public const int NotFinite = int.MaxValue;

    /// <summary>The width of a padded row.</summary>
    public static int Width(int n) => (n + L.Count - 1) / L.Count * L.Count;

    /// <summary>padded = scale × a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(int rows, int width, T* a, nint rowOfA, T scale, T* padded, nint row)
    {
        var factor = L.Broadcast(scale);
        var whole = width - width % L.Count;
        var mask = L.First(width - whole);
        for (var i = 0; i < rows; i++, a += rowOfA, padded += row)
        {
            for (var j = 0; j < whole; j += L.Count)
                L.Store(L.Multiply(factor, L.Load(a + j)), padded + j);
            if (whole < width)
                L.Store(L.Multiply(factor, L.Load(a + whole, mask)), padded + whole);
        }
    }

    /// <summary>The exponent of the largest number; zero where all are zero, <see cref="NotFinite"/> where one is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Exponent(long count, T* a)
    {
        V largest = L.Zero, sum = L.Zero;                               // zero times each number: NaN where one is not finite
        long i = 0;
        for (; i + L.Count <= count; i += L.Count)
        {
            var x = L.Load(a + i);
            largest = L.Max(largest, L.Abs(x));
            sum = L.MultiplyAdd(x, L.Zero, sum);
        }
        if (i < count)
        {
            var x = L.Load(a + i, L.First((int)(count - i)));
            largest = L.Max(largest, L.Abs(x));
            sum = L.MultiplyAdd(x, L.Zero, sum);
        }
        if (!T.IsZero(L.Sum(sum)))
            return NotFinite;
        var lanes = stackalloc T[L.Count];
        L.Store(largest, lanes);
        var most = T.Zero;
        for (var lane = 0; lane < L.Count; lane++)
            most = T.Max(most, lanes[lane]);
        var highest = T.ILogB(T.BitDecrement(T.PositiveInfinity));
        return T.IsZero(most) ? 0 : Math.Max(T.ILogB(most), -highest);     // so that its reciprocal is a number, too
    }
}
