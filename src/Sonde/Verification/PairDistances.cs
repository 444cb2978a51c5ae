using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Verification;

/// <summary>The mean distance between two members, over tiles of 8 × 8 members and blocks of components.</summary>
internal static unsafe class PairDistances
{
    private const int Tile = 8;
    private const int ColumnsAtOnce = 64;
    private const int MostMembers = 512;

    /// <summary>Σ wᵢ wⱼ ‖xᵢ − xⱼ‖ / Σ wᵢ wⱼ over i ≠ j; NaN for a single member.</summary>
    /// <param name="members">[N, width or more].</param>
    /// <param name="weights">[N]; empty for equal weights.</param>
    /// <param name="first">First component.</param>
    /// <param name="width">How many components.</param>
    public static double Mean(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, int first, int width) =>
        Vector512.IsHardwareAccelerated ? Mean<Simd512<double>>(members, weights, first, width)
        : Vector256.IsHardwareAccelerated ? Mean<Simd256<double>>(members, weights, first, width)
        : Mean<Simd128<double>>(members, weights, first, width);

    /// <summary>The same with vectors of a given width.</summary>
    public static double Mean<V>(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, int first, int width) where V : unmanaged, ISimd<V, double>
    {
        var stride = (members.Rows + MostMembers - 1) / MostMembers;
        var n = (members.Rows + stride - 1) / stride;
        var tiles = (n + Tile - 1) / Tile;
        var padded = tiles * Tile;
        using var frame = Scratch.Enter();
        var w = frame.RentCleared(1, padded)[0];
        for (var i = 0; i < n; i++)
            w[i] = weights.IsEmpty ? 1 : weights[i * stride];
        var total = TensorPrimitives.Sum<double>(w);
        var pairs = total * total - TensorPrimitives.SumOfSquares<double>(w);
        if (!(pairs > 0))
            return double.NaN;
        var squares = frame.RentCleared(tiles * (tiles + 1) / 2, Tile * Tile);
        var columns = frame.RentCleared(Math.Min(ColumnsAtOnce, width), padded);        // one row a component, members side by side
        fixed (double* x = members.Values, d = squares.Values, y = columns.Values, p = w)
        {
            for (var at = 0; at < width; at += ColumnsAtOnce)
            {
                var count = Math.Min(ColumnsAtOnce, width - at);
                Transposition<double>.Copy(n, count, x + first + at, (nint)stride * members.Width, y, padded);
                for (int i = 0, k = 0; i < tiles; i++)
                    for (var j = i; j < tiles; j++, k++)
                        AddSquares<V>(y + i * Tile, y + j * Tile, padded, count, d + (long)k * Tile * Tile);
            }
            var sum = 0.0;
            for (int i = 0, k = 0; i < tiles; i++)
                for (var j = i; j < tiles; j++, k++)
                    sum += (i == j ? 1 : 2) * WeightedRoots<V>(d + (long)k * Tile * Tile, p + i * Tile, p + j * Tile);
            return sum / pairs;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSquares<V>(double* a, double* b, int pitch, int count, double* d) where V : unmanaged, ISimd<V, double>
    {
        for (var j = 0; j < Tile; j += V.Count)
        {
            var (d0, d1, d2, d3) = (V.Load(d + j), V.Load(d + Tile + j), V.Load(d + 2 * Tile + j), V.Load(d + 3 * Tile + j));
            var (d4, d5, d6, d7) = (V.Load(d + 4 * Tile + j), V.Load(d + 5 * Tile + j), V.Load(d + 6 * Tile + j), V.Load(d + 7 * Tile + j));
            double* p = a, q = b + j;
            for (var c = 0; c < count; c++, p += pitch, q += pitch)
            {
                var x = V.Load(q);
                d0 = AddSquare(V.Of(p[0]) - x, d0);
                d1 = AddSquare(V.Of(p[1]) - x, d1);
                d2 = AddSquare(V.Of(p[2]) - x, d2);
                d3 = AddSquare(V.Of(p[3]) - x, d3);
                d4 = AddSquare(V.Of(p[4]) - x, d4);
                d5 = AddSquare(V.Of(p[5]) - x, d5);
                d6 = AddSquare(V.Of(p[6]) - x, d6);
                d7 = AddSquare(V.Of(p[7]) - x, d7);
            }
            d0.Store(d + j);
            d1.Store(d + Tile + j);
            d2.Store(d + 2 * Tile + j);
            d3.Store(d + 3 * Tile + j);
            d4.Store(d + 4 * Tile + j);
            d5.Store(d + 5 * Tile + j);
            d6.Store(d + 6 * Tile + j);
            d7.Store(d + 7 * Tile + j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V AddSquare<V>(V difference, V sum) where V : unmanaged, ISimd<V, double> => V.MultiplyAdd(difference, difference, sum);

    /// <summary>Σ wᵢ wⱼ √dᵢⱼ of one tile; the lanes are added in the same order at every width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double WeightedRoots<V>(double* d, double* wi, double* wj) where V : unmanaged, ISimd<V, double>
    {
        var lanes = stackalloc double[Tile];
        for (var j = 0; j < Tile; j += V.Count)
        {
            var sum = V.Of(0);
            for (var i = 0; i < Tile; i++)
                sum = V.MultiplyAdd(V.Of(wi[i]), V.Sqrt(V.Load(d + i * Tile + j)), sum);
            (sum * V.Load(wj + j)).Store(lanes + j);
        }
        return lanes[0] + lanes[1] + (lanes[2] + lanes[3]) + (lanes[4] + lanes[5] + (lanes[6] + lanes[7]));
    }
}
