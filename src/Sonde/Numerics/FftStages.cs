using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics;

/// <summary>
/// X(k) = Σⱼ x(j) exp(−2πi jk/n) by the self-sorting mixed-radix method (Stockham; Temperton, J. Comput. Phys. 52, 1983) on
/// several transforms side by side: number j of transform q lies at [j·lanes + q], so that every loop runs over neighbors.
/// A pass of radix r turns blocks of length n with stride s into blocks of length m = n/r with stride r·s:
/// y(q + s(rp + k)) = w(n, pk) Σⱼ x(q + s(p + mj)) w(r, jk), w(n, k) = exp(−2πik/n).
/// What is done to a number depends on no width, so each transform has the same bits alone and in company.
/// </summary>
internal sealed unsafe class FftStages<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Stage[] stages;

    public FftStages(int size)
    {
        var passes = new List<Stage>();
        for (var n = size; n > 1;)
        {
            var radix = n % 4 == 0 ? 4 : n % 2 == 0 ? 2 : n % 3 == 0 ? 3 : 5;
            if (n % radix != 0)
                throw new ArgumentException($"A transform's size must be a product of 2, 3 and 5, but {size} has the factor {n}.", nameof(size));
            passes.Add(new Stage(n, radix));
            n /= radix;
        }
        stages = [.. passes];
        Size = size;
    }

    public int Size { get; }

    /// <summary>True where the transform ends in the memory it was not given in.</summary>
    public bool EndsInWork => stages.Length % 2 == 1;

    /// <summary>Transforms [Size, lanes]; both pairs of memory are overwritten, and <see cref="EndsInWork"/> says where the result is.</summary>
    public void Run(int lanes, T* re, T* im, T* workRe, T* workIm)
    {
        T* xr = re, xi = im, yr = workRe, yi = workIm;
        var s = lanes;
        foreach (var stage in stages)
        {
            if (s == 1 && stage.Radix == 4 && stage.Blocks >= 4)
                FftButterflies.FirstPass4(stage.Blocks, xr, xi, yr, yi, stage.Twiddles);
            else if (s >= Vector512<T>.Count && Vector512.IsHardwareAccelerated)
                stage.Run<Simd512<T>>(s, xr, xi, yr, yi);
            else if (s >= Vector256<T>.Count && Vector256.IsHardwareAccelerated)
                stage.Run<Simd256<T>>(s, xr, xi, yr, yi);
            else if (s >= Vector128<T>.Count)
                stage.Run<Simd128<T>>(s, xr, xi, yr, yi);
            else
                stage.Run<SimdScalar<T>>(s, xr, xi, yr, yi);
            s *= stage.Radix;
            var isBack = yr == re;
            xr = isBack ? re : workRe;
            xi = isBack ? im : workIm;
            yr = isBack ? workRe : re;
            yi = isBack ? workIm : im;
        }
        GC.KeepAlive(this);                         // and with it the pinned twiddles
    }

    private sealed class Stage
    {
        private readonly T[] twiddles;

        public Stage(int size, int radix)
        {
            (Radix, Blocks) = (radix, size / radix);
            twiddles = GC.AllocateUninitializedArray<T>(2 * (radix - 1) * Blocks, pinned: true);
            for (var k = 1; k < radix; k++)
                for (var p = 0; p < Blocks; p++)
                {
                    var (sin, cos) = double.SinCosPi(-2.0 * ((long)k * p % size) / size);
                    twiddles[2 * (k - 1) * Blocks + p] = T.CreateTruncating(cos);
                    twiddles[(2 * k - 1) * Blocks + p] = T.CreateTruncating(sin);
                }
        }

        public int Radix { get; }

        public int Blocks { get; }

        /// <summary>Re then im of w(n, pk) over p, for k = 1 … r − 1; pinned for as long as the plan lives.</summary>
        public T* Twiddles => (T*)Unsafe.AsPointer(ref twiddles[0]);

        public void Run<V>(int s, T* xr, T* xi, T* yr, T* yi) where V : unmanaged, ISimd<V, T>
        {
            switch (Radix)
            {
                case 2:
                    FftButterflies.Pass2<V, T>(Blocks, s, xr, xi, yr, yi, Twiddles);
                    break;
                case 3:
                    FftButterflies.Pass3<V, T>(Blocks, s, xr, xi, yr, yi, Twiddles);
                    break;
                case 4:
                    FftButterflies.Pass4<V, T>(Blocks, s, xr, xi, yr, yi, Twiddles);
                    break;
                default:
                    FftButterflies.Pass5<V, T>(Blocks, s, xr, xi, yr, yi, Twiddles);
                    break;
            }
        }
    }
}
