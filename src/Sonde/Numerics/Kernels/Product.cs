using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// c = f(α (a b + bias) + β c) for matrices given by pointers and strides. Small products read a and b where they are; large
/// ones copy b block by block, and a few rows of a at a time, into the order in which <see cref="Tile{T, V, L}"/> reads
/// them. The sum over k is cut every <see cref="MaximumDepth"/> products on either path, so each number of c has the same
/// bits on both. Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (2008).
/// </summary>
internal static unsafe class Product<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    private const int Registers = 3;            // the widest tile
    private const int MaximumDepth = 256;
    private const int PackedPanels = 10;        // in one packed block of b: 256 × 240 doubles are half of a level-2 cache
    private const int LeastDepthOfNarrow = 8;
    private const int PackFrom = 1 << 14;       // numbers in a factor from which copying it pays

    /// <summary>Multiplies m × k by k × n. Where <c>lower</c> is set, only what lies on or below the diagonal of c is needed.</summary>
    /// <remarks>Where <c>ready</c> is given, it is what <see cref="Pack"/> made of b, which is not read.</remarks>
    public static void Multiply<F>(
        int m, int n, int k, T alpha, Strided<T> a, Strided<T> b, T beta, T* c, nint rowOfC, T* bias = null, bool lower = false, T* ready = null)
        where F : struct, IElementwise<T>
    {
        if (m == 0 || n == 0)
            return;
        if (ready != null || k > MaximumDepth || b.Column != 1 || (long)n * k >= PackFrom || (long)m * k >= PackFrom)
        {
            Blocked<F>(m, n, k, alpha, a, b, beta, c, rowOfC, bias, lower, ready);
            return;
        }
        var narrow = lower || k < LeastDepthOfNarrow ? 0 : Narrow(n);
        var panel = new Panel<T, V>
        {
            Depth = k, RowOfA = a.Row, ColumnOfA = a.Column, RowOfB = b.Row, RowOfC = rowOfC, Alpha = alpha, Beta = beta,
        };
        var all = (n - narrow + L.Count - 1) / L.Count;
        var groups = (all + Registers - 1) / Registers;
        for (var (group, register) = (0, 0); group < groups; group++)
        {
            var registers = (all - register + groups - group - 1) / (groups - group);
            var j = register * L.Count;
            var skip = lower ? Math.Min(j, m) : 0;
            panel.B = b.Origin + j;
            panel.Bias = bias == null ? null : bias + j;
            Columns(m - skip, Math.Min(registers * L.Count, n - j), ref panel, a.At(skip, 0), c + skip * rowOfC + j);
            register += registers;
        }
        if (narrow > 0)
        {
            var j = n - narrow;
            Product<T, Vector256<T>, Lanes256<T>>.Multiply<IdentityFunction<T>>(
                m, narrow, k, alpha, a, b.From(0, j), beta, c + j, rowOfC, bias == null ? null : bias + j);
        }
        Map<F>(m, n, c, rowOfC);
    }

    /// <summary>How many columns at the end fill at most half of a register, and so cost half as much in one of half the width.</summary>
    private static int Narrow(int n) =>
        typeof(L) == typeof(Lanes512<T>) && n > L.Count && n % L.Count <= L.Count / 2 ? n % L.Count : 0;

    /// <summary>How many numbers a packed right factor has.</summary>
    public static long PackedLength(int n, int k) => (long)(n + Registers * L.Count - 1) / (Registers * L.Count) * (Registers * L.Count) * k;

    /// <summary>Copies a right factor of k × n block after block, as products read it.</summary>
    public static void Pack(int n, int k, Strided<T> b, T* packed)
    {
        var (width, widest) = (Registers * L.Count, Widest(n));
        for (var j = 0; j < n; j += widest)
            for (var p = 0; p < k; p += MaximumDepth)
            {
                var (depth, columns) = (Math.Min(MaximumDepth, k - p), Math.Min(widest, n - j));
                Packing<T, V, L>.Columns(depth, columns, b.From(p, j), width, packed);
                packed += (nint)depth * ((columns + width - 1) / width * width);
            }
    }

    /// <summary>Columns of a block, in whole panels.</summary>
    private static int Widest(int n)
    {
        var width = Registers * L.Count;
        var blocks = Math.Max(1, (n + PackedPanels * width - 1) / (PackedPanels * width));
        return (n + blocks * width - 1) / (blocks * width) * width;
    }

    private static void Blocked<F>(
        int m, int n, int k, T alpha, Strided<T> a, Strided<T> b, T beta, T* c, nint rowOfC, T* bias, bool lower, T* ready)
        where F : struct, IElementwise<T>
    {
        var width = Registers * L.Count;
        var height = Rows(Registers);
        var packsA = (long)m * k >= PackFrom;
        using var frame = Scratch.Enter();
        var deepest = Math.Min(k, MaximumDepth);
        var widest = Widest(n);
        fixed (T* own = frame.Rent<T>(ready == null ? deepest : 0, widest).Values, packedA = frame.Rent<T>(packsA ? deepest : 0, height).Values)
            for (var j = 0; j < n; j += widest)
            {
                var columns = Math.Min(widest, n - j);
                for (var p = 0; p == 0 || p < k; p += MaximumDepth)
                {
                    var depth = Math.Min(MaximumDepth, k - p);
                    var packedB = ready == null ? own : ready;
                    if (ready == null)
                        Packing<T, V, L>.Columns(depth, columns, b.From(p, j), width, packedB);
                    else
                        ready += (nint)depth * ((columns + width - 1) / width * width);
                    var panel = new Panel<T, V>
                    {
                        Depth = depth, RowOfA = a.Row, ColumnOfA = a.Column, RowOfB = width, RowOfC = rowOfC,
                        Alpha = alpha, Beta = p == 0 ? beta : T.One,
                    };
                    var blocks = packsA ? (m + height - 1) / height : 1;
                    for (var block = 0; block < blocks; block++)
                    {
                        var first = (int)((long)m * block / blocks);
                        var rows = (int)((long)m * (block + 1) / blocks) - first;
                        if (lower && first + rows <= j)
                            continue;
                        var fromA = a.At(first, p);
                        if (packsA)
                        {
                            Packing<T, V, L>.Rows(rows, depth, a.From(first, p), packedA);
                            fromA = packedA;
                            (panel.RowOfA, panel.ColumnOfA) = (1, rows);
                        }
                        var needed = lower ? Math.Min(columns, first + rows - j) : columns;
                        for (var column = 0; column < needed; column += width)
                        {
                            var skip = lower && !packsA ? Math.Min(j + column, m) : 0;      // rows above the panel's diagonal
                            var to = c + (first + skip) * rowOfC + j + column;
                            panel.B = packedB + (nint)column * depth;
                            panel.Bias = bias == null || p > 0 ? null : bias + j + column;
                            Columns(rows - skip, Math.Min(width, needed - column), ref panel, fromA + skip * panel.RowOfA, to);
                        }
                        if (p + MaximumDepth >= k)
                            Map<F>(rows, columns, c + first * rowOfC + j, rowOfC);
                    }
                }
            }
    }

    private static int Rows(int registers) => Math.Min(8, L.Accumulators / registers);

    /// <summary>Multiplies all rows of a by the at most three registers of columns that the panel describes.</summary>
    private static void Columns(int m, int columns, ref Panel<T, V> panel, T* a, T* c)
    {
        var registers = (columns + L.Count - 1) / L.Count;
        var rest = columns - (registers - 1) * L.Count;
        if (rest == L.Count)
        {
            switch (registers)
            {
                case 3: Rows<Size3, Size0>(m, panel, a, c); break;
                case 2: Rows<Size2, Size0>(m, panel, a, c); break;
                default: Rows<Size1, Size0>(m, panel, a, c); break;
            }
            return;
        }
        panel.Mask = L.First(rest);
        switch (registers)
        {
            case 3: Rows<Size3, Size1>(m, panel, a, c); break;
            case 2: Rows<Size2, Size1>(m, panel, a, c); break;
            default: Rows<Size1, Size1>(m, panel, a, c); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static void Rows<C, M>(int m, in Panel<T, V> panel, T* a, T* c) where C : struct, ISize where M : struct, ISize
    {
        var most = Rows(C.Value);
        var plain = panel.Alpha == T.One && T.IsZero(panel.Beta);
        var tile = stackalloc T[Tile<T, V, L>.Size];
        for (var left = m; left > 0;)
        {
            var blocks = (left + most - 1) / most;
            var rows = blocks == 1 ? left : (left + blocks - 1) / blocks;
            if (plain)
                Tile<T, V, L>.Multiply<C, M>(rows, panel, a, c, panel.RowOfC);
            else
            {
                Tile<T, V, L>.Multiply<C, M>(rows, panel, a, tile, C.Value * L.Count);
                Tile<T, V, L>.Finish(rows, C.Value, M.Value == 1, panel, tile, C.Value * L.Count, c);
            }
            a += rows * panel.RowOfA;
            c += rows * panel.RowOfC;
            left -= rows;
        }
    }

    /// <summary>c = f(c), while it is in the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<F>(int rows, int columns, T* c, nint rowOfC) where F : struct, IElementwise<T>
    {
        if (typeof(F) == typeof(IdentityFunction<T>))
            return;
        if (columns == rowOfC)
            (rows, columns) = (1, rows * columns);
        for (; rows > 0; rows--, c += rowOfC)
        {
            var j = 0;
            for (; j + L.Count <= columns; j += L.Count)
                L.Store(L.Apply<F>(L.Load(c + j)), c + j);
            if (j == columns)
                continue;
            var mask = L.First(columns - j);
            L.Store(L.Apply<F>(L.Load(c + j, mask)), c + j, mask);
        }
    }
}
