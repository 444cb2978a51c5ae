using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>Largest numbers of the columns of some lines, and where they stand. Lines are <c>pitch</c> apart; NaN is larger than any number and stands nowhere.</summary>
internal static unsafe class MaximaTile<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>The largest number of each column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(int lines, int width, T* x, nint pitch, T* largest)
    {
        for (var column = 0; column < width; column += L.Count)
        {
            var mask = L.First(Math.Min(L.Count, width - column));
            var from = x + column;
            var most = L.Load(from, mask);
            for (var i = 1; i < lines; i++)
                most = L.Max(most, L.Load(from += pitch, mask));
            L.Store(most, largest + column, mask);
        }
    }

    /// <summary>1 for each column that holds the number given for it, 0 for others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Holds(int lines, int width, T* x, nint pitch, T* largest, T* holds)
    {
        for (var column = 0; column < width; column += L.Count)
        {
            var mask = L.First(Math.Min(L.Count, width - column));
            var from = x + column;
            var sought = L.Load(largest + column, mask);
            var met = L.LessThanOrEqual(sought, L.Load(from, mask));
            for (var i = 1; i < lines; i++)
                met = L.Or(met, L.LessThanOrEqual(sought, L.Load(from += pitch, mask)));
            L.Store(L.Select(met, L.Broadcast(T.One), L.Zero), holds + column, mask);
        }
    }

    /// <summary>
    /// to = β to + the number given for each column at the first line where the column holds its largest, 0 at others; β is 0 or 1. Columns where
    /// <paramref name="closed"/> is not 0 get 0 throughout.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Place(int lines, int width, T* x, nint pitch, T* largest, T* closed, T* factors, bool adds, T* to)
    {
        for (var column = 0; column < width; column += L.Count)
        {
            var mask = L.First(Math.Min(L.Count, width - column));
            T* from = x + column, next = to + column;
            V sought = L.Load(largest + column, mask), factor = L.Load(factors + column, mask);
            var open = L.LessThanOrEqual(L.Load(closed + column, mask), L.Zero);
            for (var i = 0; i < lines; i++, from += pitch, next += pitch)
            {
                var met = L.And(open, L.LessThanOrEqual(sought, L.Load(from, mask)));
                var placed = L.Select(met, factor, L.Zero);
                L.Store(adds ? L.Add(L.Load(next, mask), placed) : placed, next, mask);
                open = L.AndNot(open, met);
            }
        }
    }
}
