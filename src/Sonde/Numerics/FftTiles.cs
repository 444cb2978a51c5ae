using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sonde.Numerics;

/// <summary>Turns rows into columns and back, four by four, for <see cref="FftPlan{T}"/>.</summary>
internal static unsafe class FftTiles
{
    /// <summary>target[j · targetPitch + i] = source[i · pitch + j] for i below rows, j below width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose<T>(T* source, long pitch, int rows, int width, T* target, long targetPitch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows == 1 && targetPitch == 1 || width == 1 && pitch == 1)
        {
            new ReadOnlySpan<T>(source, rows * width).CopyTo(new Span<T>(target, rows * width));
            return;
        }
        var i = 0;
        for (; i + 4 <= rows; i += 4)
        {
            T* s = source + i * pitch, t = target + i;
            var j = 0;
            for (; j + 4 <= width; j += 4, s += 4, t += 4 * targetPitch)
                Transpose4(s, s + pitch, s + 2 * pitch, s + 3 * pitch, t, t + targetPitch, t + 2 * targetPitch, t + 3 * targetPitch);
            for (; j < width; j++)
                for (var k = i; k < i + 4; k++)
                    target[j * targetPitch + k] = source[k * pitch + j];
        }
        for (; i < rows; i++)
            for (var j = 0; j < width; j++)
                target[j * targetPitch + i] = source[i * pitch + j];
    }

    /// <summary>Numbers 2j of the rows to line j of a, numbers 2j + 1 to line j of b; a line holds as many numbers as there are rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TakePairs<T>(T* source, long pitch, int rows, int pairs, T* a, T* b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i + 4 <= rows; i += 4)
        {
            var j = 0;
            for (; j + 2 <= pairs; j += 2)
            {
                T* s = source + i * pitch + 2 * j, t = a + (long)j * rows + i, u = b + (long)j * rows + i;
                Transpose4(s, s + pitch, s + 2 * pitch, s + 3 * pitch, t, u, t + rows, u + rows);
            }
            for (; j < pairs; j++)
                for (var k = i; k < i + 4; k++)
                    (a[(long)j * rows + k], b[(long)j * rows + k]) = (source[k * pitch + 2 * j], source[k * pitch + 2 * j + 1]);
        }
        for (; i < rows; i++)
            for (var j = 0; j < pairs; j++)
                (a[(long)j * rows + i], b[(long)j * rows + i]) = (source[i * pitch + 2 * j], source[i * pitch + 2 * j + 1]);
    }

    /// <summary>The inverse of <see cref="TakePairs"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PutPairs<T>(T* a, T* b, int rows, int pairs, T* target, long pitch) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i + 4 <= rows; i += 4)
        {
            var j = 0;
            for (; j + 2 <= pairs; j += 2)
            {
                T* s = target + i * pitch + 2 * j, t = a + (long)j * rows + i, u = b + (long)j * rows + i;
                Transpose4(t, u, t + rows, u + rows, s, s + pitch, s + 2 * pitch, s + 3 * pitch);
            }
            for (; j < pairs; j++)
                for (var k = i; k < i + 4; k++)
                    (target[k * pitch + 2 * j], target[k * pitch + 2 * j + 1]) = (a[(long)j * rows + k], b[(long)j * rows + k]);
        }
        for (; i < rows; i++)
            for (var j = 0; j < pairs; j++)
                (target[i * pitch + 2 * j], target[i * pitch + 2 * j + 1]) = (a[(long)j * rows + i], b[(long)j * rows + i]);
    }

    /// <summary>Four rows of four at s, written as columns to t.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose4<T>(T* s0, T* s1, T* s2, T* s3, T* t0, T* t1, T* t2, T* t3) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double) && Avx.IsSupported)
        {
            var (a, b) = (Vector256.Load((double*)s0), Vector256.Load((double*)s1));
            var (c, d) = (Vector256.Load((double*)s2), Vector256.Load((double*)s3));
            var (ab0, ab1) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
            var (cd0, cd1) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
            Avx.Permute2x128(ab0, cd0, 0x20).Store((double*)t0);
            Avx.Permute2x128(ab1, cd1, 0x20).Store((double*)t1);
            Avx.Permute2x128(ab0, cd0, 0x31).Store((double*)t2);
            Avx.Permute2x128(ab1, cd1, 0x31).Store((double*)t3);
        }
        else if (typeof(T) == typeof(float) && Sse.IsSupported)
        {
            var (a, b) = (Vector128.Load((float*)s0), Vector128.Load((float*)s1));
            var (c, d) = (Vector128.Load((float*)s2), Vector128.Load((float*)s3));
            var (ac0, ac1) = (Sse.UnpackLow(a, c), Sse.UnpackHigh(a, c));
            var (bd0, bd1) = (Sse.UnpackLow(b, d), Sse.UnpackHigh(b, d));
            Sse.UnpackLow(ac0, bd0).Store((float*)t0);
            Sse.UnpackHigh(ac0, bd0).Store((float*)t1);
            Sse.UnpackLow(ac1, bd1).Store((float*)t2);
            Sse.UnpackHigh(ac1, bd1).Store((float*)t3);
        }
        else
        {
            var tile = stackalloc T[16];
            for (var j = 0; j < 4; j++)
                (tile[4 * j], tile[4 * j + 1], tile[4 * j + 2], tile[4 * j + 3]) = (s0[j], s1[j], s2[j], s3[j]);
            for (var i = 0; i < 4; i++)
                (t0[i], t1[i], t2[i], t3[i]) = (tile[i], tile[4 + i], tile[8 + i], tile[12 + i]);
        }
    }
}
