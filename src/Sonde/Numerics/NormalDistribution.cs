using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics;

/// <summary>The standard normal distribution.</summary>
public static class NormalDistribution
{
    private const double RootOfTwoPi = 2.5066282746310005;
    private const double RootOfHalf = 0.7071067811865476;
    private const double Split = 3.75;

    /// <summary>φ(z) = e^(−z²/2) / √(2π).</summary>
    public static double Density(double z) => Math.Exp(-0.5 * z * z) / RootOfTwoPi;

    /// <summary>
    /// Φ(z), with a relative error below 1e-14 down to z = −37: by (1 + 2x) e^(x²) erfc(x) as a polynomial in (x − k)/(x + k), k = 3.75,
    /// after Shepherd and Laframboise, Math. Comp. 36, 1981, with coefficients of least maximal relative error (Remez, 2⁻⁵⁵).
    /// </summary>
    public static double Cumulative(double z) => Cumulative(SimdScalar<double>.Of(z)).Value.ToScalar();

    /// <summary>Φ of every number; the destination may be the source.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Cumulative(ReadOnlySpan<double> z, Span<double> p) => VectorMath.Apply<double, CumulativeFunction>(z, p);

    /// <summary>z with Φ(z) = p.</summary>
    /// <param name="p">In (0, 1); 0 and 1 give ∓∞.</param>
    /// <exception cref="ArgumentOutOfRangeException">p lies outside [0, 1].</exception>
    public static double Quantile(double p)
    {
        if (!(p >= 0 && p <= 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies between 0 and 1.");
        if (p is 0 or 1)
            return p == 0 ? double.NegativeInfinity : double.PositiveInfinity;
        if (p > 0.5)
            return -Quantile(1 - p);
        var t = Math.Sqrt(-2 * Math.Log(p));                    // Abramowitz and Stegun 26.2.23, then Halley's method
        var z = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
        for (var i = 0; i < 3; i++)
        {
            var u = (Cumulative(z) - p) / Density(z);
            z -= u / (1 + 0.5 * z * u);
        }
        return z;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Cumulative<V>(V z) where V : unmanaged, ISimd<V, double>
    {
        var x = V.Min(V.Abs(z) * V.Of(RootOfHalf), V.Of(40));
        var t = (x - V.Of(Split)) / (x + V.Of(Split));
        var u = t * t;
        var even = V.Of(-2.7905466301939657e-09);
        even = V.MultiplyAdd(even, u, V.Of(3.304699788670761e-08));
        even = V.MultiplyAdd(even, u, V.Of(-2.512109516169501e-07));
        even = V.MultiplyAdd(even, u, V.Of(1.7454593804010386e-06));
        even = V.MultiplyAdd(even, u, V.Of(-1.1440789799332221e-05));
        even = V.MultiplyAdd(even, u, V.Of(5.1647884360269527e-05));
        even = V.MultiplyAdd(even, u, V.Of(0.0002937139558853268));
        even = V.MultiplyAdd(even, u, V.Of(-0.009746579602361416));
        even = V.MultiplyAdd(even, u, V.Of(-0.05869339858559534));
        even = V.MultiplyAdd(even, u, V.Of(-0.10880393014194202));
        even = V.MultiplyAdd(even, u, V.Of(0.0035854154854681056));
        even = V.MultiplyAdd(even, u, V.Of(1.2375126308378275));
        var odd = V.Of(-1.9548810279200424e-09);
        odd = V.MultiplyAdd(odd, u, V.Of(1.903044847584612e-08));
        odd = V.MultiplyAdd(odd, u, V.Of(-5.170714907733259e-08));
        odd = V.MultiplyAdd(odd, u, V.Of(-9.779577406905258e-07));
        odd = V.MultiplyAdd(odd, u, V.Of(2.2386487578124592e-05));
        odd = V.MultiplyAdd(odd, u, V.Of(-0.00029015482405524346));
        odd = V.MultiplyAdd(odd, u, V.Of(0.0017556260091136967));
        odd = V.MultiplyAdd(odd, u, V.Of(0.02836227739908469));
        odd = V.MultiplyAdd(odd, u, V.Of(0.0923043211617703));
        odd = V.MultiplyAdd(odd, u, V.Of(0.08227673849010052));
        odd = V.MultiplyAdd(odd, u, V.Of(-0.14024059858554655));
        var square = x * x;
        var lost = V.MultiplyAdd(x, x, -square);                // e^(−x²) with what the square's rounding lost
        var e = ExpKernel.Double(-square);
        e = V.MultiplyAdd(e, -lost, e);
        var tail = V.Of(0.5) * e * V.MultiplyAdd(t, odd, even) / V.MultiplyAdd(V.Of(2), x, V.Of(1));
        var p = V.Select(V.LessThan(z, V.Of(0)), tail, V.Of(1) - tail);
        return V.Select(V.Equal(z, z), p, z);                   // NaN stays
    }

    private readonly struct CumulativeFunction : IElementwise<double>
    {
        public static double Invoke(double x) => Cumulative(x);

        public static Vector256<double> Invoke(Vector256<double> x) => Cumulative(new Simd256<double>(x)).Value;

        public static Vector512<double> Invoke(Vector512<double> x) => Cumulative(new Simd512<double>(x)).Value;
    }
}
