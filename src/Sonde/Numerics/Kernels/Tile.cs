using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>What every tile of one panel of columns shares: c = α (a b + bias) + β c.</summary>
internal unsafe struct Panel<T, V> where T : unmanaged where V : unmanaged
{
    /// <summary>Products in each sum.</summary>
    public nint Depth;

    /// <summary>Numbers from a row of a to the next, and from a column to the next.</summary>
    public nint RowOfA, ColumnOfA;

    /// <summary>The panel's columns of b, and numbers from a row to the next.</summary>
    public T* B;

    public nint RowOfB, RowOfC;

    public T Alpha, Beta;

    /// <summary>A number with which each column's sums begin, or null.</summary>
    public T* Bias;

    /// <summary>The columns that the last register holds.</summary>
    public V Mask;
}

/// <summary>
/// The innermost kernel of every product: up to 8 rows by 3 registers of a b are summed in registers. Rows and registers
/// are compile-time sizes, so each shape has its own code without branches.
/// </summary>
internal static unsafe class Tile<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    /// <summary>Numbers in the largest tile.</summary>
    public static int Size => 24 * L.Count;

    /// <summary>Writes <paramref name="rows"/> ≤ 8 rows of a b to c, whose rows are <paramref name="rowOfC"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<C, M>(int rows, in Panel<T, V> panel, T* a, T* c, nint rowOfC) where C : struct, ISize where M : struct, ISize
    {
        switch (rows)
        {
            case 8: Sum<Size8, C, M>(panel, a, c, rowOfC); break;
            case 7: Sum<Size7, C, M>(panel, a, c, rowOfC); break;
            case 6: Sum<Size6, C, M>(panel, a, c, rowOfC); break;
            case 5: Sum<Size5, C, M>(panel, a, c, rowOfC); break;
            case 4: Sum<Size4, C, M>(panel, a, c, rowOfC); break;
            case 3: Sum<Size3, C, M>(panel, a, c, rowOfC); break;
            case 2: Sum<Size2, C, M>(panel, a, c, rowOfC); break;
            default: Sum<Size1, C, M>(panel, a, c, rowOfC); break;
        }
    }

    /// <summary>c = α tile + β c for a tile whose rows are <paramref name="width"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Finish(int rows, int registers, bool masked, in Panel<T, V> panel, T* tile, int width, T* c)
    {
        V alpha = L.Broadcast(panel.Alpha), beta = L.Broadcast(panel.Beta);
        var adds = !T.IsZero(panel.Beta);
        var all = L.First(L.Count);
        for (; rows > 0; rows--, tile += width, c += panel.RowOfC)
            for (var register = 0; register < registers; register++)
            {
                var offset = register * L.Count;
                var mask = masked && register == registers - 1 ? panel.Mask : all;
                var sum = L.Multiply(alpha, L.Load(tile + offset));
                if (adds)
                    sum = L.MultiplyAdd(beta, L.Load(c + offset, mask), sum);
                L.Store(sum, c + offset, mask);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<R, C, M>(in Panel<T, V> panel, T* a, T* c, nint rowOfC)
        where R : struct, ISize where C : struct, ISize where M : struct, ISize
    {
        var mask = panel.Mask;
        V c00 = L.Zero, c01 = L.Zero, c02 = L.Zero;
        if (panel.Bias != null)
            Load<C, M>(panel.Bias, mask, out c00, out c01, out c02);
        V c10 = c00, c11 = c01, c12 = c02, c20 = c00, c21 = c01, c22 = c02, c30 = c00, c31 = c01, c32 = c02;
        V c40 = c00, c41 = c01, c42 = c02, c50 = c00, c51 = c01, c52 = c02;
        V c60 = c00, c61 = c01, c62 = c02, c70 = c00, c71 = c01, c72 = c02;
        var (row, column, rowOfB) = (panel.RowOfA, panel.ColumnOfA, panel.RowOfB);
        nint row2 = 2 * row, row3 = 3 * row;
        T* b = panel.B, a4 = a + 4 * row;
        for (var k = panel.Depth; k > 0; k--)
        {
            Load<C, M>(b, mask, out var b0, out var b1, out var b2);
            b += rowOfB;
            Row<C>(a[0], b0, b1, b2, ref c00, ref c01, ref c02);
            if (R.Value > 1)
                Row<C>(a[row], b0, b1, b2, ref c10, ref c11, ref c12);
            if (R.Value > 2)
                Row<C>(a[row2], b0, b1, b2, ref c20, ref c21, ref c22);
            if (R.Value > 3)
                Row<C>(a[row3], b0, b1, b2, ref c30, ref c31, ref c32);
            a += column;
            if (R.Value > 4)
                Row<C>(a4[0], b0, b1, b2, ref c40, ref c41, ref c42);
            if (R.Value > 5)
                Row<C>(a4[row], b0, b1, b2, ref c50, ref c51, ref c52);
            if (R.Value > 6)
                Row<C>(a4[row2], b0, b1, b2, ref c60, ref c61, ref c62);
            if (R.Value > 7)
                Row<C>(a4[row3], b0, b1, b2, ref c70, ref c71, ref c72);
            if (R.Value > 4)
                a4 += column;
        }
        Store<C, M>(c, mask, c00, c01, c02);
        if (R.Value > 1)
            Store<C, M>(c += rowOfC, mask, c10, c11, c12);
        if (R.Value > 2)
            Store<C, M>(c += rowOfC, mask, c20, c21, c22);
        if (R.Value > 3)
            Store<C, M>(c += rowOfC, mask, c30, c31, c32);
        if (R.Value > 4)
            Store<C, M>(c += rowOfC, mask, c40, c41, c42);
        if (R.Value > 5)
            Store<C, M>(c += rowOfC, mask, c50, c51, c52);
        if (R.Value > 6)
            Store<C, M>(c += rowOfC, mask, c60, c61, c62);
        if (R.Value > 7)
            Store<C, M>(c + rowOfC, mask, c70, c71, c72);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<C, M>(T* b, V mask, out V b0, out V b1, out V b2) where C : struct, ISize where M : struct, ISize
    {
        b0 = M.Value == 1 && C.Value == 1 ? L.Load(b, mask) : L.Load(b);
        b1 = C.Value < 2 ? L.Zero : M.Value == 1 && C.Value == 2 ? L.Load(b + L.Count, mask) : L.Load(b + L.Count);
        b2 = C.Value < 3 ? L.Zero : M.Value == 1 ? L.Load(b + 2 * L.Count, mask) : L.Load(b + 2 * L.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<C>(T x, V b0, V b1, V b2, ref V c0, ref V c1, ref V c2) where C : struct, ISize
    {
        var v = L.Broadcast(x);
        c0 = L.MultiplyAdd(v, b0, c0);
        if (C.Value > 1)
            c1 = L.MultiplyAdd(v, b1, c1);
        if (C.Value > 2)
            c2 = L.MultiplyAdd(v, b2, c2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<C, M>(T* c, V mask, V c0, V c1, V c2) where C : struct, ISize where M : struct, ISize
    {
        if (C.Value > 1)
            L.Store(c0, c);
        if (C.Value > 2)
            L.Store(c1, c + L.Count);
        var last = c + (C.Value - 1) * L.Count;
        var value = C.Value == 1 ? c0 : C.Value == 2 ? c1 : c2;
        if (M.Value == 1)
            L.Store(value, last, mask);
        else
            L.Store(value, last);
    }
}
