using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sonde.Numerics;

namespace Sonde.Verification;

/// <summary>
/// Scores an ensemble over blocks of components, members side by side in vector registers: a block is copied, summed, sorted and
/// forgotten, so that the ensemble is never copied whole.
/// </summary>
internal static unsafe class EnsembleScorer
{
    private const int Lanes = 8;                            // blocks are padded to so many components
    private const int BlockBytes = 1 << 15;                 // a block stays in the first-level cache

    private const int Mean = 0, Variance = 1, Distance = 2, Below = 3, Tied = 4, Pairs = 5, LogVariance = 6, Rows = 7;

    /// <summary>Scores components first … first + truth.Length − 1.</summary>
    /// <param name="members">[N, width].</param>
    /// <param name="weights">[N]; empty for equal weights.</param>
    /// <param name="first">The first component that is scored.</param>
    /// <param name="truth">Of the components that are scored.</param>
    /// <param name="calibration">Where components' places among the members go; null for nowhere.</param>
    /// <param name="withEnergy">Whether the energy score is wanted.</param>
    public static Scores Score(
        ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, int first, ReadOnlySpan<double> truth, Calibration? calibration, bool withEnergy) =>
        Vector512.IsHardwareAccelerated ? Score<Simd512<double>>(members, weights, first, truth, calibration, withEnergy)
        : Vector256.IsHardwareAccelerated ? Score<Simd256<double>>(members, weights, first, truth, calibration, withEnergy)
        : Score<Simd128<double>>(members, weights, first, truth, calibration, withEnergy);

    /// <summary>The same with vectors of a given width.</summary>
    public static Scores Score<V>(
        ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, int first, ReadOnlySpan<double> truth, Calibration? calibration, bool withEnergy)
        where V : unmanaged, ISimd<V, double>
    {
        var (n, width) = (members.Rows, truth.Length);
        if (!IsFinite(members, first, width))
            return Scores.Diverged;
        using var frame = Scratch.Enter();
        var block = Math.Min(Math.Max(Lanes, BlockBytes / sizeof(double) / n / Lanes * Lanes), (width + Lanes - 1) / Lanes * Lanes);
        var values = frame.RentCleared(n, block);
        var sums = frame.Rent(Rows, block);
        var y = frame.RentCleared(1, block)[0];
        var share = weights.IsEmpty ? 1.0 / n : 1;
        var distinct = weights.IsEmpty ? (n - 1.0) / n : 1 - TensorPrimitives.SumOfSquares(weights);     // chance that two draws are not one member
        double squares = 0, variances = 0, distances = 0, pairs = 0, logs = 0;
        for (var at = 0; at < width; at += block)
        {
            var count = Math.Min(block, width - at);
            var padded = (count + Lanes - 1) / Lanes * Lanes;
            for (var i = 0; i < n; i++)
                members[i].Slice(first + at, count).CopyTo(values.Values.Slice(i * padded, count));
            truth.Slice(at, count).CopyTo(y);
            fixed (double* x = values.Values, s = sums.Values, t = y, w = weights)
            {
                Sum<V>(x, w, n, padded, t, share, distinct, s, block);
                if (weights.IsEmpty)
                {
                    SortingNetwork.Sort<V>(x, n, padded);
                    SumPairs<V>(x, n, padded, s + Mean * block, s + Pairs * block);
                }
                else
                    SumWeightedPairs(values.Values, weights, n, padded, count, sums[Pairs]);
            }
            VectorMath.Log<double>(sums[Variance][..count], sums[LogVariance][..count]);
            for (var c = 0; c < count; c++)
            {
                var error = sums[Mean, c] - y[c];
                var (square, variance) = (error * error, sums[Variance, c]);
                squares += square;
                variances += variance;
                distances += sums[Distance, c];
                pairs += sums[Pairs, c];
                logs += variance > 0 ? square / variance + sums[LogVariance, c] : double.PositiveInfinity;
                calibration?.Take(sums[Below, c], sums[Tied, c], variance, square);
            }
        }
        return new Scores(
            Math.Sqrt(squares / width),
            Math.Sqrt(squares) / TensorPrimitives.Norm(truth),
            Math.Sqrt(variances / width),
            distinct > 0 ? (distances - pairs / distinct) / width : double.NaN,
            (distances - pairs) / width,
            withEnergy ? EnergyScore<V>(members, weights, first, truth) : double.NaN,
            0.5 * (Math.Log(2 * Math.PI) + logs / width));
    }

    /// <summary>E‖X − truth‖ − ½ E‖X − X′‖, X and X′ different members.</summary>
    public static double EnergyScore<V>(ReadOnlyBatch<double> members, ReadOnlySpan<double> weights, int first, ReadOnlySpan<double> truth)
        where V : unmanaged, ISimd<V, double>
    {
        var sum = 0.0;
        for (var i = 0; i < members.Rows; i++)
            sum += (weights.IsEmpty ? 1.0 / members.Rows : weights[i]) * TensorPrimitives.Distance(members[i].Slice(first, truth.Length), truth);
        return sum - 0.5 * PairDistances.Mean<V>(members, weights, first, truth.Length);
    }

    private static bool IsFinite(ReadOnlyBatch<double> members, int first, int width)
    {
        for (var i = 0; i < members.Rows; i++)
            if (!double.IsFinite(TensorPrimitives.SumOfMagnitudes(members[i].Slice(first, width))))
                return false;
        return true;
    }

    /// <summary>Mean, variance, mean distance to the truth, and the weights of members below the truth and equal to it, in N-ths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<V>(double* x, double* weights, int n, int width, double* truth, double share, double distinct, double* sums, int pitch)
        where V : unmanaged, ISimd<V, double>
    {
        var (zero, scale) = (V.Of(0), V.Of(share));
        var (unbiased, counted) = (V.Of(distinct > 0 ? share / distinct : 0), V.Of(weights == null ? 1 : n));
        for (var j = 0; j < width; j += V.Count)
        {
            var mean = zero;
            for (var i = 0; i < n; i++)
                mean = V.MultiplyAdd(V.Of(weights == null ? 1 : weights[i]), V.Load(x + i * width + j), mean);
            mean *= scale;
            var y = V.Load(truth + j);
            var (variance, distance, below, tied) = (zero, zero, zero, zero);
            for (var i = 0; i < n; i++)
            {
                var (w, v) = (V.Of(weights == null ? 1 : weights[i]), V.Load(x + i * width + j));
                var anomaly = v - mean;
                variance = V.MultiplyAdd(w * anomaly, anomaly, variance);
                distance = V.MultiplyAdd(w, V.Abs(v - y), distance);
                below += w & V.LessThan(v, y);
                tied += w & V.Equal(v, y);
            }
            mean.Store(sums + Mean * pitch + j);
            (variance * unbiased).Store(sums + Variance * pitch + j);
            (distance * scale).Store(sums + Distance * pitch + j);
            (below * counted).Store(sums + Below * pitch + j);
            (tied * counted).Store(sums + Tied * pitch + j);
        }
    }

    /// <summary>½ mean |xᵢ − xⱼ| over all i and j of sorted columns: Σ (2i − N + 1) x₍ᵢ₎ / N².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumPairs<V>(double* x, int n, int width, double* mean, double* sums) where V : unmanaged, ISimd<V, double>
    {
        for (var j = 0; j < width; j += V.Count)
        {
            var (sum, center) = (V.Of(0), V.Load(mean + j));
            for (var i = 0; i < n; i++)
                sum = V.MultiplyAdd(V.Of(2 * i - n + 1), V.Load(x + i * width + j) - center, sum);
            (sum * V.Of(1.0 / ((double)n * n))).Store(sums + j);
        }
    }

    /// <summary>½ Σ wᵢ wⱼ |xᵢ − xⱼ| of each column: Σ x₍ᵢ₎ wᵢ (what weighs less − what weighs more).</summary>
    private static void SumWeightedPairs(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, int n, int width, int count, Span<double> sums)
    {
        using var frame = Scratch.Enter();
        var keys = frame.Rent(1, n)[0];
        var items = frame.Rent(1, n)[0];
        for (var j = 0; j < count; j++)
        {
            for (var i = 0; i < n; i++)
                keys[i] = values[i * width + j];
            weights.CopyTo(items);
            keys.Sort(items);
            var (sum, before, least) = (0.0, 0.0, keys[0]);
            for (var i = 0; i < n; i++)
            {
                var w = items[i];
                sum += (keys[i] - least) * w * (2 * before + w - 1);
                before += w;
            }
            sums[j] = sum;
        }
    }
}
