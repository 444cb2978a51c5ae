using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics.Kernels;

/// <summary>
/// Products with a matrix that is not there: row k of it is a plane of numbers from <c>offsets[k]</c> on, as a stencil's legs see a padded image.
/// Up to 8 rows by 3 registers are summed in registers, as in <see cref="Tile{T, V, L}"/>. Registers are whole: planes and results have
/// room for one register more than they hold.
/// </summary>
internal static unsafe class StencilTile<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : struct, ILanes<T, V>
{
    private const int Registers = 3;            // the widest tile

    /// <summary>c[i, p] = Σₖ a[i, k] plane[offsets[k] + p], i &lt; m, k &lt; depth, p &lt; n. The larger of a and the plane is gone through once.</summary>
    public static void Multiply(int m, int n, int depth, T* a, T* plane, nint* offsets, T* c, nint rowOfC)
    {
        var most = (nint)m * depth > offsets[depth - 1] + n ? Most(Registers) : m;
        for (int i = 0, rows; i < m; i += rows)
        {
            var blocks = (m - i + most - 1) / most;
            rows = (m - i + blocks - 1) / blocks;
            var left = (n + L.Count - 1) / L.Count;
            T* from = plane, to = c + i * rowOfC;
            for (var groups = (left + Registers - 1) / Registers; groups > 0; groups--)
            {
                var registers = (left + groups - 1) / groups;
                switch (registers)
                {
                    case 3: Rows<Size3>(rows, depth, a + (nint)i * depth, from, offsets, to, rowOfC); break;
                    case 2: Rows<Size2>(rows, depth, a + (nint)i * depth, from, offsets, to, rowOfC); break;
                    default: Rows<Size1>(rows, depth, a + (nint)i * depth, from, offsets, to, rowOfC); break;
                }
                from += registers * L.Count;
                to += registers * L.Count;
                left -= registers;
            }
        }
    }

    /// <summary>c[k, j] += Σ plane[offsets[k] + line pitch + x] b[line width + x, j] over lines and x &lt; width; k &lt; m, j &lt; n.</summary>
    public static void AddProducts(int m, int n, int lines, int width, T* plane, nint pitch, nint* offsets, T* b, nint rowOfB, T* c, nint rowOfC)
    {
        var left = (n + L.Count - 1) / L.Count;
        for (var groups = (left + Registers - 1) / Registers; groups > 0; groups--)
        {
            var registers = (left + groups - 1) / groups;
            var most = Most(registers);
            for (int k = 0, rows; k < m; k += rows)
            {
                var blocks = (m - k + most - 1) / most;
                rows = (m - k + blocks - 1) / blocks;
                var sum = new Legs<T>(lines, width, plane, pitch, offsets + k, b, rowOfB, c + k * rowOfC, rowOfC);
                switch (registers)
                {
                    case 3: AddRows<Size3>(rows, sum); break;
                    case 2: AddRows<Size2>(rows, sum); break;
                    default: AddRows<Size1>(rows, sum); break;
                }
            }
            b += registers * L.Count;
            c += registers * L.Count;
            left -= registers;
        }
    }

    private static int Most(int registers) => Math.Min(8, L.Accumulators / registers);

    private static void Rows<C>(int m, int depth, T* a, T* plane, nint* offsets, T* c, nint rowOfC) where C : struct, ISize
    {
        for (int i = 0, rows; i < m; i += rows)
        {
            var blocks = (m - i + Most(C.Value) - 1) / Most(C.Value);
            rows = (m - i + blocks - 1) / blocks;
            T* from = a + (nint)i * depth, to = c + i * rowOfC;
            switch (rows)
            {
                case 8: Sum<Size8, C>(depth, from, plane, offsets, to, rowOfC); break;
                case 7: Sum<Size7, C>(depth, from, plane, offsets, to, rowOfC); break;
                case 6: Sum<Size6, C>(depth, from, plane, offsets, to, rowOfC); break;
                case 5: Sum<Size5, C>(depth, from, plane, offsets, to, rowOfC); break;
                case 4: Sum<Size4, C>(depth, from, plane, offsets, to, rowOfC); break;
                case 3: Sum<Size3, C>(depth, from, plane, offsets, to, rowOfC); break;
                case 2: Sum<Size2, C>(depth, from, plane, offsets, to, rowOfC); break;
                default: Sum<Size1, C>(depth, from, plane, offsets, to, rowOfC); break;
            }
        }
    }

    private static void AddRows<C>(int rows, in Legs<T> legs) where C : struct, ISize
    {
        switch (rows)
        {
            case 8: AddSum<Size8, C>(legs); break;
            case 7: AddSum<Size7, C>(legs); break;
            case 6: AddSum<Size6, C>(legs); break;
            case 5: AddSum<Size5, C>(legs); break;
            case 4: AddSum<Size4, C>(legs); break;
            case 3: AddSum<Size3, C>(legs); break;
            case 2: AddSum<Size2, C>(legs); break;
            default: AddSum<Size1, C>(legs); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<R, C>(int depth, T* a, T* plane, nint* offsets, T* c, nint rowOfC) where R : struct, ISize where C : struct, ISize
    {
        V c00 = L.Zero, c01 = L.Zero, c02 = L.Zero, c10 = L.Zero, c11 = L.Zero, c12 = L.Zero;
        V c20 = L.Zero, c21 = L.Zero, c22 = L.Zero, c30 = L.Zero, c31 = L.Zero, c32 = L.Zero;
        V c40 = L.Zero, c41 = L.Zero, c42 = L.Zero, c50 = L.Zero, c51 = L.Zero, c52 = L.Zero;
        V c60 = L.Zero, c61 = L.Zero, c62 = L.Zero, c70 = L.Zero, c71 = L.Zero, c72 = L.Zero;
        nint row = depth, row2 = 2 * row, row3 = 3 * row;
        var a4 = a + 4 * row;
        for (var end = offsets + depth; offsets < end; offsets++)
        {
            var b = plane + *offsets;
            V b0 = L.Load(b), b1 = C.Value > 1 ? L.Load(b + L.Count) : L.Zero, b2 = C.Value > 2 ? L.Load(b + 2 * L.Count) : L.Zero;
            Row<C>(a[0], b0, b1, b2, ref c00, ref c01, ref c02);
            if (R.Value > 1)
                Row<C>(a[row], b0, b1, b2, ref c10, ref c11, ref c12);
            if (R.Value > 2)
                Row<C>(a[row2], b0, b1, b2, ref c20, ref c21, ref c22);
            if (R.Value > 3)
                Row<C>(a[row3], b0, b1, b2, ref c30, ref c31, ref c32);
            a++;
            if (R.Value > 4)
                Row<C>(a4[0], b0, b1, b2, ref c40, ref c41, ref c42);
            if (R.Value > 5)
                Row<C>(a4[row], b0, b1, b2, ref c50, ref c51, ref c52);
            if (R.Value > 6)
                Row<C>(a4[row2], b0, b1, b2, ref c60, ref c61, ref c62);
            if (R.Value > 7)
                Row<C>(a4[row3], b0, b1, b2, ref c70, ref c71, ref c72);
            if (R.Value > 4)
                a4++;
        }
        Store<C>(c, c00, c01, c02);
        if (R.Value > 1)
            Store<C>(c += rowOfC, c10, c11, c12);
        if (R.Value > 2)
            Store<C>(c += rowOfC, c20, c21, c22);
        if (R.Value > 3)
            Store<C>(c += rowOfC, c30, c31, c32);
        if (R.Value > 4)
            Store<C>(c += rowOfC, c40, c41, c42);
        if (R.Value > 5)
            Store<C>(c += rowOfC, c50, c51, c52);
        if (R.Value > 6)
            Store<C>(c += rowOfC, c60, c61, c62);
        if (R.Value > 7)
            Store<C>(c + rowOfC, c70, c71, c72);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSum<R, C>(in Legs<T> legs) where R : struct, ISize where C : struct, ISize
    {
        V c00 = L.Zero, c01 = L.Zero, c02 = L.Zero, c10 = L.Zero, c11 = L.Zero, c12 = L.Zero;
        V c20 = L.Zero, c21 = L.Zero, c22 = L.Zero, c30 = L.Zero, c31 = L.Zero, c32 = L.Zero;
        V c40 = L.Zero, c41 = L.Zero, c42 = L.Zero, c50 = L.Zero, c51 = L.Zero, c52 = L.Zero;
        V c60 = L.Zero, c61 = L.Zero, c62 = L.Zero, c70 = L.Zero, c71 = L.Zero, c72 = L.Zero;
        T* b = legs.B, a0 = legs.Plane + legs.Offsets[0];
        var rowOfB = legs.RowOfB;
        T* a1 = R.Value > 1 ? legs.Plane + legs.Offsets[1] : a0, a2 = R.Value > 2 ? legs.Plane + legs.Offsets[2] : a0;
        T* a3 = R.Value > 3 ? legs.Plane + legs.Offsets[3] : a0, a4 = R.Value > 4 ? legs.Plane + legs.Offsets[4] : a0;
        T* a5 = R.Value > 5 ? legs.Plane + legs.Offsets[5] : a0, a6 = R.Value > 6 ? legs.Plane + legs.Offsets[6] : a0;
        T* a7 = R.Value > 7 ? legs.Plane + legs.Offsets[7] : a0;
        nint start = 0, width = legs.Width;
        for (var line = 0; line < legs.Lines; line++, start += legs.Pitch)
            for (var x = start; x < start + width; x++, b += rowOfB)
            {
                V b0 = L.Load(b), b1 = C.Value > 1 ? L.Load(b + L.Count) : L.Zero, b2 = C.Value > 2 ? L.Load(b + 2 * L.Count) : L.Zero;
                Row<C>(a0[x], b0, b1, b2, ref c00, ref c01, ref c02);
                if (R.Value > 1)
                    Row<C>(a1[x], b0, b1, b2, ref c10, ref c11, ref c12);
                if (R.Value > 2)
                    Row<C>(a2[x], b0, b1, b2, ref c20, ref c21, ref c22);
                if (R.Value > 3)
                    Row<C>(a3[x], b0, b1, b2, ref c30, ref c31, ref c32);
                if (R.Value > 4)
                    Row<C>(a4[x], b0, b1, b2, ref c40, ref c41, ref c42);
                if (R.Value > 5)
                    Row<C>(a5[x], b0, b1, b2, ref c50, ref c51, ref c52);
                if (R.Value > 6)
                    Row<C>(a6[x], b0, b1, b2, ref c60, ref c61, ref c62);
                if (R.Value > 7)
                    Row<C>(a7[x], b0, b1, b2, ref c70, ref c71, ref c72);
            }
        T* c = legs.C;
        var rowOfC = legs.RowOfC;
        Add<C>(c, c00, c01, c02);
        if (R.Value > 1)
            Add<C>(c += rowOfC, c10, c11, c12);
        if (R.Value > 2)
            Add<C>(c += rowOfC, c20, c21, c22);
        if (R.Value > 3)
            Add<C>(c += rowOfC, c30, c31, c32);
        if (R.Value > 4)
            Add<C>(c += rowOfC, c40, c41, c42);
        if (R.Value > 5)
            Add<C>(c += rowOfC, c50, c51, c52);
        if (R.Value > 6)
            Add<C>(c += rowOfC, c60, c61, c62);
        if (R.Value > 7)
            Add<C>(c + rowOfC, c70, c71, c72);
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
    private static void Store<C>(T* c, V c0, V c1, V c2) where C : struct, ISize
    {
        L.Store(c0, c);
        if (C.Value > 1)
            L.Store(c1, c + L.Count);
        if (C.Value > 2)
            L.Store(c2, c + 2 * L.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<C>(T* c, V c0, V c1, V c2) where C : struct, ISize => Store<C>(
        c, L.Add(L.Load(c), c0), C.Value > 1 ? L.Add(L.Load(c + L.Count), c1) : c1, C.Value > 2 ? L.Add(L.Load(c + 2 * L.Count), c2) : c2);
}

/// <summary>What <see cref="StencilTile{T, V, L}.AddProducts"/> sums: some of a stencil's legs over all lines.</summary>
internal readonly unsafe struct Legs<T>(int lines, int width, T* plane, nint pitch, nint* offsets, T* b, nint rowOfB, T* c, nint rowOfC)
    where T : unmanaged
{
    public readonly int Lines = lines, Width = width;

    public readonly T* Plane = plane, B = b, C = c;

    public readonly nint* Offsets = offsets;

    public readonly nint Pitch = pitch, RowOfB = rowOfB, RowOfC = rowOfC;
}
