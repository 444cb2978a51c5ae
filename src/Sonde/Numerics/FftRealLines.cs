using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics;

/// <summary>
/// Real transforms of many rows. Of even size n = 2h: the complex transform Z of z(j) = x(2j) + i x(2j+1), taken apart by
/// E = (Z(k) + conj Z(h−k))/2, O = −i (Z(k) − conj Z(h−k))/2, X(k) = E + w O, X(h−k) = conj(E − w O), w = exp(−2πik/n), and put
/// together again by Z(k) = E + iO, Z(h−k) = conj(E − iO). Of odd size: the complex transform of the row itself.
/// </summary>
internal sealed unsafe class FftRealLines<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FftLines<T> lines;
    private readonly T[] rotations;                 // re and im of w(n, k) / 2, k = 0 … h/2

    public FftRealLines(int size)
    {
        lines = new FftLines<T>(size > 0 && int.IsEvenInteger(size) ? size / 2 : size);
        Size = size;
        rotations = new T[2 * (lines.Size / 2 + 1)];
        for (var k = 0; k < rotations.Length / 2; k++)
        {
            var (sin, cos) = double.SinCosPi(-2.0 * k / size);
            (rotations[2 * k], rotations[2 * k + 1]) = (T.CreateTruncating(0.5 * cos), T.CreateTruncating(0.5 * sin));
        }
    }

    public int Size { get; }

    private bool IsEven => lines.Size < Size;

    private int HalfSize => Size / 2 + 1;

    /// <summary>Rows of real numbers to half spectra.</summary>
    public void Forward(T* x, long pitch, int rows, T* re, T* im, long toPitch)
    {
        var tile = FftLines<T>.Tile;
        using var frame = Scratch.Enter();
        fixed (T* work = frame.RentSpan<T>(4 * (lines.Size + 1) * Math.Min(rows, tile)))
            for (var first = 0; first < rows; first += tile)
            {
                var lanes = Math.Min(tile, rows - first);
                var count = (lines.Size + 1L) * lanes;
                T* a = work, b = a + count, c = b + count, d = c + count;
                if (IsEven)
                    FftTiles.TakePairs(x + first * pitch, pitch, lanes, lines.Size, a, b);
                else
                {
                    FftTiles.Transpose(x + first * pitch, pitch, lanes, Size, a, lanes);
                    new Span<T>(b, Size * lanes).Clear();
                }
                lines.Transform(ref a, ref b, ref c, ref d, lanes, T.One);
                if (IsEven)
                    TakeApart(lanes, a, b, c, d);
                FftTiles.Transpose(IsEven ? c : a, lanes, HalfSize, lanes, re + first * toPitch, toPitch);
                FftTiles.Transpose(IsEven ? d : b, lanes, HalfSize, lanes, im + first * toPitch, toPitch);
            }
    }

    /// <summary>Half spectra to rows of real numbers, multiplied by scale.</summary>
    public void Inverse(T* re, T* im, long pitch, int rows, T* x, long toPitch, T scale)
    {
        var tile = FftLines<T>.Tile;
        using var frame = Scratch.Enter();
        fixed (T* work = frame.RentSpan<T>(4 * (lines.Size + 1) * Math.Min(rows, tile)))
            for (var first = 0; first < rows; first += tile)
            {
                var lanes = Math.Min(tile, rows - first);
                var count = (lines.Size + 1L) * lanes;
                T* a = work, b = a + count, c = b + count, d = c + count;
                FftTiles.Transpose(re + first * pitch, pitch, lanes, HalfSize, a, lanes);
                FftTiles.Transpose(im + first * pitch, pitch, lanes, HalfSize, b, lanes);
                if (IsEven)
                {
                    PutTogether(lanes, a, b, c, d);
                    lines.Transform(ref d, ref c, ref b, ref a, lanes, scale + scale);      // parts exchanged: exp(+…)
                    FftTiles.PutPairs(c, d, lanes, lines.Size, x + first * toPitch, toPitch);
                }
                else
                {
                    Complete(lanes, a, b);
                    lines.Transform(ref b, ref a, ref d, ref c, lanes, scale);
                    FftTiles.Transpose(a, lanes, Size, lanes, x + first * toPitch, toPitch);
                }
            }
    }

    private void TakeApart(int lanes, T* zr, T* zi, T* xr, T* xi)
    {
        if (lanes >= Vector512<T>.Count && Vector512.IsHardwareAccelerated)
            TakeApart<Simd512<T>>(lanes, zr, zi, xr, xi);
        else if (lanes >= Vector128<T>.Count)
            TakeApart<Simd128<T>>(lanes, zr, zi, xr, xi);
        else
            TakeApart<SimdScalar<T>>(lanes, zr, zi, xr, xi);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeApart<V>(int lanes, T* zr, T* zi, T* xr, T* xi) where V : unmanaged, ISimd<V, T>
    {
        var h = lines.Size;
        var half = V.Of(T.CreateTruncating(0.5));
        for (var q = 0; q < lanes; q++)
        {
            (xr[q], xr[h * lanes + q]) = (zr[q] + zi[q], zr[q] - zi[q]);
            (xi[q], xi[h * lanes + q]) = (T.Zero, T.Zero);
        }
        for (var k = 1; 2 * k <= h; k++)
        {
            var (wr, wi) = (V.Of(rotations[2 * k]), V.Of(rotations[2 * k + 1]));
            for (var first = 0; first < lanes; first += V.Count)
            {
                var q = Math.Min(first, lanes - V.Count);
                long i = (long)k * lanes + q, j = (long)(h - k) * lanes + q;
                var (ar, ai, br, bi) = (V.Load(zr + i), V.Load(zi + i), V.Load(zr + j), V.Load(zi + j));
                var (er, ei, or, oi) = (half * (ar + br), half * (ai - bi), ai + bi, br - ar);
                var (tr, ti) = (V.MultiplyAdd(or, wr, -(oi * wi)), V.MultiplyAdd(or, wi, oi * wr));
                (er + tr).Store(xr + i);
                (ei + ti).Store(xi + i);
                (er - tr).Store(xr + j);
                (ti - ei).Store(xi + j);
            }
        }
    }

    private void PutTogether(int lanes, T* xr, T* xi, T* zr, T* zi)
    {
        if (lanes >= Vector512<T>.Count && Vector512.IsHardwareAccelerated)
            PutTogether<Simd512<T>>(lanes, xr, xi, zr, zi);
        else if (lanes >= Vector128<T>.Count)
            PutTogether<Simd128<T>>(lanes, xr, xi, zr, zi);
        else
            PutTogether<SimdScalar<T>>(lanes, xr, xi, zr, zi);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PutTogether<V>(int lanes, T* xr, T* xi, T* zr, T* zi) where V : unmanaged, ISimd<V, T>
    {
        var h = lines.Size;
        var half = V.Of(T.CreateTruncating(0.5));
        for (var first = 0; first < lanes; first += V.Count)
        {
            var q = Math.Min(first, lanes - V.Count);
            var (a, b) = (V.Load(xr + q), V.Load(xr + (long)h * lanes + q));
            (half * (a + b)).Store(zr + q);
            (half * (a - b)).Store(zi + q);
        }
        for (var k = 1; 2 * k <= h; k++)
        {
            var (wr, wi) = (V.Of(rotations[2 * k]), V.Of(rotations[2 * k + 1]));
            for (var first = 0; first < lanes; first += V.Count)
            {
                var q = Math.Min(first, lanes - V.Count);
                long i = (long)k * lanes + q, j = (long)(h - k) * lanes + q;
                var (ar, ai, br, bi) = (V.Load(xr + i), V.Load(xi + i), V.Load(xr + j), V.Load(xi + j));
                var (er, ei, tr, ti) = (half * (ar + br), half * (ai - bi), ar - br, ai + bi);
                var (or, oi) = (V.MultiplyAdd(tr, wr, ti * wi), V.MultiplyAdd(ti, wr, -(tr * wi)));
                (er - oi).Store(zr + i);
                (ei + or).Store(zi + i);
                (er + oi).Store(zr + j);
                (or - ei).Store(zi + j);
            }
        }
    }

    /// <summary>X(n − k) = conj X(k), for odd n.</summary>
    private void Complete(int lanes, T* a, T* b)
    {
        new Span<T>(b, lanes).Clear();
        for (var k = 1; k < HalfSize; k++)
        {
            new ReadOnlySpan<T>(a + k * lanes, lanes).CopyTo(new Span<T>(a + (Size - k) * lanes, lanes));
            TensorPrimitives.Negate(new ReadOnlySpan<T>(b + k * lanes, lanes), new Span<T>(b + (Size - k) * lanes, lanes));
        }
    }
}
