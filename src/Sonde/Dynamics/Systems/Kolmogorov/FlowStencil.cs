using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>Rows of the linear part of a step: y = a c + q Δc + constant, where Δ is the sum of the four neighbors less four times the middle.</summary>
internal static unsafe class FlowStencil
{
    /// <summary>y ← a c + q Δc + constant − s (fluxes out of each cell); <paramref name="x"/> begins at the face left of the row, the others at its first cell.</summary>
    public static void Advance(double* c, int pitch, double a, double q, double constant, double s, double* x, double* below, double* above, Span<double> y)
    {
        fixed (double* to = y)
            if (Vector512.IsHardwareAccelerated && y.Length >= Vector512<double>.Count)
                Advance<Simd512<double>>(c, pitch, a, q, constant, s, x, below, above, to, y.Length);
            else
                Advance<Simd256<double>>(c, pitch, a, q, constant, s, x, below, above, to, y.Length);
    }

    /// <summary>y ← y · kept + a c + q Δc + constant.</summary>
    public static void Add(double* c, int pitch, double a, double q, double constant, double kept, Span<double> y)
    {
        for (var i = 0; i < y.Length; i++)
            y[i] = kept * y[i] + a * c[i] + q * (c[i - 1] + c[i + 1] + c[i - pitch] + c[i + pitch] - 4 * c[i]) + constant;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Advance<V>(
        double* c, int pitch, double a, double q, double constant, double s, double* x, double* below, double* above, double* y, int count)
        where V : unmanaged, ISimd<V, double>
    {
        for (var first = 0; first < count; first += V.Count)
        {
            var i = Math.Min(first, count - V.Count);
            var middle = V.Load(c + i);
            var around = V.Load(c + i - 1) + V.Load(c + i + 1) + (V.Load(c + i - pitch) + V.Load(c + i + pitch)) - V.Of(4) * middle;
            var outward = V.Load(x + i + 1) - V.Load(x + i) + (V.Load(above + i) - V.Load(below + i));
            (V.Of(a) * middle + V.Of(q) * around + V.Of(constant) - V.Of(s) * outward).Store(y + i);
        }
    }
}
