using System.Numerics;
using System.Numerics.Tensors;

namespace Sonde.Numerics;

/// <summary>Complex transforms of many lines, which are rows or columns of memory with any pitch, a few side by side.</summary>
internal sealed unsafe class FftLines<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int TileBytes = 64;               // one transform per number of a cache line
    private readonly FftStages<T> stages;

    public FftLines(int size)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new ArgumentException($"A transform works on float or double, not on {typeof(T).Name}.");
        if (size < 1)
            throw new ArgumentException($"A transform's size must be at least 1, but {size} was given.", nameof(size));
        stages = new FftStages<T>(size);
    }

    public static int Tile => TileBytes / sizeof(T);

    public int Size => stages.Size;

    /// <summary>Transforms rows of (re, im), each with the given pitch, and multiplies them by scale.</summary>
    public void Rows(T* re, T* im, long pitch, int rows, T* toRe, T* toIm, long toPitch, T scale)
    {
        var n = Size;
        using var frame = Scratch.Enter();
        fixed (T* work = frame.RentSpan<T>(4 * n * Math.Min(rows, Tile)))
            for (var first = 0; first < rows; first += Tile)
            {
                var lanes = Math.Min(Tile, rows - first);
                var count = (long)n * lanes;
                T* a = work, b = a + count, c = b + count, d = c + count;
                FftTiles.Transpose(re + first * pitch, pitch, lanes, n, a, lanes);
                FftTiles.Transpose(im + first * pitch, pitch, lanes, n, b, lanes);
                Transform(ref a, ref b, ref c, ref d, lanes, scale);
                FftTiles.Transpose(a, lanes, n, lanes, toRe + first * toPitch, toPitch);
                FftTiles.Transpose(b, lanes, n, lanes, toIm + first * toPitch, toPitch);
            }
    }

    /// <summary>Transforms the columns of (re, im) in place; number j of column q lies at j · pitch + q.</summary>
    public void Columns(T* re, T* im, long pitch, int columns, T scale)
    {
        var n = Size;
        using var frame = Scratch.Enter();
        fixed (T* work = frame.RentSpan<T>(4 * n * Math.Min(columns, Tile)))
            for (var first = 0; first < columns; first += Tile)
            {
                var lanes = Math.Min(Tile, columns - first);
                var count = (long)n * lanes;
                T* a = work, b = a + count, c = b + count, d = c + count;
                Copy(re + first, pitch, a, lanes, n, lanes);
                Copy(im + first, pitch, b, lanes, n, lanes);
                Transform(ref a, ref b, ref c, ref d, lanes, scale);
                Copy(a, lanes, re + first, pitch, n, lanes);
                Copy(b, lanes, im + first, pitch, n, lanes);
            }
    }

    /// <summary>Transforms [n, lanes] at (a, b) with the help of (c, d), and makes a and b point at the result.</summary>
    public void Transform(ref T* a, ref T* b, ref T* c, ref T* d, int lanes, T scale)
    {
        var count = Size * lanes;
        stages.Run(lanes, a, b, c, d);
        if (stages.EndsInWork)
        {
            Exchange(ref a, ref c);
            Exchange(ref b, ref d);
        }
        if (scale != T.One)
        {
            TensorPrimitives.Multiply(new ReadOnlySpan<T>(a, count), scale, new Span<T>(a, count));
            TensorPrimitives.Multiply(new ReadOnlySpan<T>(b, count), scale, new Span<T>(b, count));
        }
    }

    private static void Exchange(ref T* first, ref T* second)
    {
        var kept = first;
        first = second;
        second = kept;
    }

    private static void Copy(T* source, long pitch, T* target, long targetPitch, int rows, int width)
    {
        for (var i = 0; i < rows; i++)
            new ReadOnlySpan<T>(source + i * pitch, width).CopyTo(new Span<T>(target + i * targetPitch, width));
    }
}
