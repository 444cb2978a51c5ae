using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>What every tile of one panel of columns shares: c = f(α a b + β c + bias) over the columns of the panel.</summary>
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

    /// <summary>A number to add to each column, or null.</summary>
    public T* Bias;

    /// <summary>The columns that the last register holds.</summary>
    public V Mask;
}

/// <summary>
/// The innermost kernel of every product: up to 8 rows by 3 registers of c are summed in registers. Rows and registers
/// are compile-time sizes, so each shape has its own code without branches.
/// </summary>
internal static unsafe class Tile<T, V, L, F>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
    where F : struct, IElementwise<T>
{
    /// <summary>Multiplies <paramref name="rows"/> ≤ 8 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<C, M>(int rows, in Panel<T, V> panel, T* a, T* c) where C : struct, ISize where M : struct, ISize
    {
        switch (rows)
        {
            case 8: Sum<Size8, C, M>(panel, a, c); break;
            case 7: Sum<Size7, C, M>(panel, a, c); break;
            case 6: Sum<Size6, C, M>(panel, a, c); break;
            case 5: Sum<Size5, C, M>(panel, a, c); break;
            case 4: Sum<Size4, C, M>(panel, a, c); break;
            case 3: Sum<Size3, C, M>(panel, a, c); break;
            case 2: Sum<Size2, C, M>(panel, a, c); break;
            default: Sum<Size1, C, M>(panel, a, c); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<R, C, M>(in Panel<T, V> panel, T* a, T* c)
        where R : struct, ISize where C : struct, ISize where M : struct, ISize
    {
        V c00 = L.Zero, c01 = L.Zero, c02 = L.Zero, c10 = L.Zero, c11 = L.Zero, c12 = L.Zero;
        V c20 = L.Zero, c21 = L.Zero, c22 = L.Zero, c30 = L.Zero, c31 = L.Zero, c32 = L.Zero;
        V c40 = L.Zero, c41 = L.Zero, c42 = L.Zero, c50 = L.Zero, c51 = L.Zero, c52 = L.Zero;
        V c60 = L.Zero, c61 = L.Zero, c62 = L.Zero, c70 = L.Zero, c71 = L.Zero, c72 = L.Zero;
        var (row, column, rowOfB) = (panel.RowOfA, panel.ColumnOfA, panel.RowOfB);
        nint row2 = 2 * row, row3 = 3 * row;
        T* b = panel.B, a4 = a + 4 * row;
        var mask = panel.Mask;
        for (var k = panel.Depth; k > 0; k--)
        {
            V b0 = Read<C, M>(b, 1, mask), b1 = L.Zero, b2 = L.Zero;
            if (C.Value > 1)
                b1 = Read<C, M>(b + L.Count, 2, mask);
            if (C.Value > 2)
                b2 = Read<C, M>(b + 2 * L.Count, 3, mask);
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
        Write<C, M>(panel, ref c, c00, c01, c02);
        if (R.Value > 1)
            Write<C, M>(panel, ref c, c10, c11, c12);
        if (R.Value > 2)
            Write<C, M>(panel, ref c, c20, c21, c22);
        if (R.Value > 3)
            Write<C, M>(panel, ref c, c30, c31, c32);
        if (R.Value > 4)
            Write<C, M>(panel, ref c, c40, c41, c42);
        if (R.Value > 5)
            Write<C, M>(panel, ref c, c50, c51, c52);
        if (R.Value > 6)
            Write<C, M>(panel, ref c, c60, c61, c62);
        if (R.Value > 7)
            Write<C, M>(panel, ref c, c70, c71, c72);
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
    private static V Read<C, M>(T* source, int register, V mask) where C : struct, ISize where M : struct, ISize =>
        M.Value == 1 && register == C.Value ? L.Load(source, mask) : L.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<C, M>(in Panel<T, V> panel, ref T* c, V c0, V c1, V c2) where C : struct, ISize where M : struct, ISize
    {
        Write<C, M>(panel, c, 0, c0);
        if (C.Value > 1)
            Write<C, M>(panel, c, 1, c1);
        if (C.Value > 2)
            Write<C, M>(panel, c, 2, c2);
        c += panel.RowOfC;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<C, M>(in Panel<T, V> panel, T* c, int register, V sum) where C : struct, ISize where M : struct, ISize
    {
        var offset = register * L.Count;
        c += offset;
        if (panel.Alpha != T.One)
            sum = L.Multiply(L.Broadcast(panel.Alpha), sum);
        if (!T.IsZero(panel.Beta))
            sum = L.MultiplyAdd(L.Broadcast(panel.Beta), Read<C, M>(c, register + 1, panel.Mask), sum);
        if (panel.Bias != null)
            sum = L.Add(sum, Read<C, M>(panel.Bias + offset, register + 1, panel.Mask));
        sum = L.Apply<F>(sum);
        if (M.Value == 1 && register + 1 == C.Value)
            L.Store(sum, c, panel.Mask);
        else
            L.Store(sum, c);
    }
}
