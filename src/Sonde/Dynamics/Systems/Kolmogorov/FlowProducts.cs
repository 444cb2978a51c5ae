using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>The products p = uv and d = v² − u² of fields, with tangent and adjoint. Fields are u, then v; products p, then d.</summary>
internal static unsafe class FlowProducts
{
    private interface IKernel
    {
        /// <summary>a and b of one point, with its u and v.</summary>
        static abstract (V A, V B) Apply<V>(V u, V v, V a, V b) where V : unmanaged, ISimd<V, double>;
    }

    /// <summary>fields ← their products.</summary>
    public static void Evaluate(Span<double> fields) => Run<Products>(fields, fields);

    /// <summary>dFields ← the tangent of the products.</summary>
    public static void Tangent(ReadOnlySpan<double> fields, Span<double> dFields) => Run<ProductsTangent>(fields, dFields);

    /// <summary>bars ← the adjoints of fields, where they were those of the products.</summary>
    public static void Adjoint(ReadOnlySpan<double> fields, Span<double> bars) => Run<ProductsAdjoint>(fields, bars);

    private static void Run<TKernel>(ReadOnlySpan<double> fields, Span<double> values) where TKernel : IKernel
    {
        var count = values.Length / 2;
        fixed (double* u = fields, a = values)
            if (Vector512.IsHardwareAccelerated)
                Run<TKernel, Simd512<double>>(u, a, count);
            else
                Run<TKernel, Simd256<double>>(u, a, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TKernel, V>(double* u, double* a, int count) where TKernel : IKernel where V : unmanaged, ISimd<V, double>
    {
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
        {
            var (x, y) = TKernel.Apply(V.Load(u + i), V.Load(u + count + i), V.Load(a + i), V.Load(a + count + i));
            x.Store(a + i);
            y.Store(a + count + i);
        }
        for (; i < count; i++)
        {
            var (x, y) = TKernel.Apply(
                SimdScalar<double>.Load(u + i), SimdScalar<double>.Load(u + count + i), SimdScalar<double>.Load(a + i), SimdScalar<double>.Load(a + count + i));
            x.Store(a + i);
            y.Store(a + count + i);
        }
    }

    private readonly struct Products : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (V A, V B) Apply<V>(V u, V v, V a, V b) where V : unmanaged, ISimd<V, double> => (u * v, (v - u) * (v + u));
    }

    private readonly struct ProductsTangent : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (V A, V B) Apply<V>(V u, V v, V a, V b) where V : unmanaged, ISimd<V, double> => (u * b + v * a, V.Of(2) * (v * b - u * a));
    }

    private readonly struct ProductsAdjoint : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (V A, V B) Apply<V>(V u, V v, V a, V b) where V : unmanaged, ISimd<V, double> => (v * a - V.Of(2) * (u * b), u * a + V.Of(2) * (v * b));
    }
}
