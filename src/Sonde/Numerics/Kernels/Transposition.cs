using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sonde.Numerics.Kernels;

/// <summary>Copies a matrix with rows and columns exchanged, in blocks that stay in the nearest cache.</summary>
internal static unsafe class Transposition<T> where T : unmanaged
{
    private const int Block = 64;

    /// <summary>destination[j, i] = source[i, j]; strides count numbers from a row to the next.</summary>
    public static void Copy(int rows, int columns, T* source, nint sourceRow, T* destination, nint destinationRow)
    {
        for (var i = 0; i < rows; i += Block)
            for (var j = 0; j < columns; j += Block)
            {
                var (height, width) = (Math.Min(Block, rows - i), Math.Min(Block, columns - j));
                T* from = source + i * sourceRow + j, to = destination + j * destinationRow + i;
                if (Avx.IsSupported && sizeof(T) == 8)
                    Copy8(height, width, (double*)from, sourceRow, (double*)to, destinationRow);
                else if (Avx.IsSupported && sizeof(T) == 4)
                    Copy4(height, width, (float*)from, sourceRow, (float*)to, destinationRow);
                else
                    CopyEach(height, width, from, sourceRow, to, destinationRow);
            }
    }

    /// <summary>Copies what lies below the diagonal to above it.</summary>
    public static void Mirror(int n, T* c, nint row)
    {
        const int step = 8;
        for (var i = 0; i < n; i += step)
        {
            var count = Math.Min(step, n - i);
            for (var k = 0; k < count; k++)
                for (var j = k + 1; j < count; j++)
                    c[(i + k) * row + i + j] = c[(i + j) * row + i + k];
            Copy(count, i, c + i * row, row, c + i, row);
        }
    }

    /// <summary>Does as <see cref="Copy"/> number by number.</summary>
    public static void CopyEach(int rows, int columns, T* source, nint sourceRow, T* destination, nint destinationRow)
    {
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                destination[j * destinationRow + i] = source[i * sourceRow + j];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy8(int rows, int columns, double* source, nint sourceRow, double* destination, nint destinationRow)
    {
        var (evenRows, evenColumns) = (rows & ~3, columns & ~3);
        for (var i = 0; i < evenRows; i += 4)
            for (var j = 0; j < evenColumns; j += 4)
            {
                double* from = source + i * sourceRow + j, to = destination + j * destinationRow + i;
                var (a, b) = (Vector256.Load(from), Vector256.Load(from + sourceRow));
                var (c, d) = (Vector256.Load(from + 2 * sourceRow), Vector256.Load(from + 3 * sourceRow));
                var (ab0, ab1, cd0, cd1) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
                Avx.Permute2x128(ab0, cd0, 0x20).Store(to);
                Avx.Permute2x128(ab1, cd1, 0x20).Store(to + destinationRow);
                Avx.Permute2x128(ab0, cd0, 0x31).Store(to + 2 * destinationRow);
                Avx.Permute2x128(ab1, cd1, 0x31).Store(to + 3 * destinationRow);
            }
        Edges(rows, columns, evenRows, evenColumns, (T*)source, sourceRow, (T*)destination, destinationRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy4(int rows, int columns, float* source, nint sourceRow, float* destination, nint destinationRow)
    {
        var (evenRows, evenColumns) = (rows & ~3, columns & ~7);
        for (var i = 0; i < evenRows; i += 4)
            for (var j = 0; j < evenColumns; j += 8)
            {
                float* from = source + i * sourceRow + j, to = destination + j * destinationRow + i;
                var (a, b) = (Vector256.Load(from), Vector256.Load(from + sourceRow));
                var (c, d) = (Vector256.Load(from + 2 * sourceRow), Vector256.Load(from + 3 * sourceRow));
                var (ab0, ab1) = (Avx.UnpackLow(a, b).AsDouble(), Avx.UnpackHigh(a, b).AsDouble());
                var (cd0, cd1) = (Avx.UnpackLow(c, d).AsDouble(), Avx.UnpackHigh(c, d).AsDouble());
                var (r0, r1) = (Avx.UnpackLow(ab0, cd0).AsSingle(), Avx.UnpackHigh(ab0, cd0).AsSingle());     // rows 0 and 4, 1 and 5
                var (r2, r3) = (Avx.UnpackLow(ab1, cd1).AsSingle(), Avx.UnpackHigh(ab1, cd1).AsSingle());     // rows 2 and 6, 3 and 7
                Store(r0, to, 4 * destinationRow);
                Store(r1, to + destinationRow, 4 * destinationRow);
                Store(r2, to + 2 * destinationRow, 4 * destinationRow);
                Store(r3, to + 3 * destinationRow, 4 * destinationRow);
            }
        Edges(rows, columns, evenRows, evenColumns, (T*)source, sourceRow, (T*)destination, destinationRow);
    }

    private static void Store(Vector256<float> rows, float* to, nint apart)
    {
        rows.GetLower().Store(to);
        rows.GetUpper().Store(to + apart);
    }

    private static void Edges(
        int rows, int columns, int doneRows, int doneColumns, T* source, nint sourceRow, T* destination, nint destinationRow)
    {
        CopyEach(doneRows, columns - doneColumns, source + doneColumns, sourceRow, destination + doneColumns * destinationRow, destinationRow);
        CopyEach(rows - doneRows, columns, source + doneRows * sourceRow, sourceRow, destination + doneRows, destinationRow);
    }
}
