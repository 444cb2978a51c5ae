using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>y = f(x), number by number.</summary>
public sealed class Elementwise<T, TActivation> : IOperation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T> where TActivation : struct, IActivation<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => x.Size(0);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y) => VectorMath.Apply<T, TActivation>(x[0].Values, y.Values);

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy) =>
        Slopes.AddProduct<T, TActivation>(x[0].Values, y.Values, dx[0].Values, dy.Values);

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        if (T.IsZero(xBar.Beta(0)))
            Slopes.Multiply<T, TActivation>(x[0].Values, y.Values, yBar.Values, xBar[0].Values);
        else
            Slopes.AddProduct<T, TActivation>(x[0].Values, y.Values, yBar.Values, xBar[0].Values);
    }
}

/// <summary>Passes with the slope of an activation.</summary>
internal static unsafe class Slopes
{
    /// <summary>to += f′(x) from, where y = f(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddProduct<T, F>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> from, Span<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where F : struct, IActivation<T>
    {
        fixed (T* px = x, py = y, pFrom = from, pTo = to)
        {
            var (i, n) = (0, to.Length);
            if (Vector512.IsHardwareAccelerated)
                for (; i + Vector512<T>.Count <= n; i += Vector512<T>.Count)
                    (Vector512.Load(pTo + i) + F.Slope(Vector512.Load(px + i), Vector512.Load(py + i)) * Vector512.Load(pFrom + i)).Store(pTo + i);
            for (; i + Vector256<T>.Count <= n; i += Vector256<T>.Count)
                (Vector256.Load(pTo + i) + F.Slope(Vector256.Load(px + i), Vector256.Load(py + i)) * Vector256.Load(pFrom + i)).Store(pTo + i);
            for (; i < n; i++)
                pTo[i] += F.Slope(px[i], py[i]) * pFrom[i];
        }
    }

    /// <summary>to = f′(x) from, where y = f(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T, F>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> from, Span<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where F : struct, IActivation<T>
    {
        fixed (T* px = x, py = y, pFrom = from, pTo = to)
        {
            var (i, n) = (0, to.Length);
            if (Vector512.IsHardwareAccelerated)
                for (; i + Vector512<T>.Count <= n; i += Vector512<T>.Count)
                    (F.Slope(Vector512.Load(px + i), Vector512.Load(py + i)) * Vector512.Load(pFrom + i)).Store(pTo + i);
            for (; i + Vector256<T>.Count <= n; i += Vector256<T>.Count)
                (F.Slope(Vector256.Load(px + i), Vector256.Load(py + i)) * Vector256.Load(pFrom + i)).Store(pTo + i);
            for (; i < n; i++)
                pTo[i] = F.Slope(px[i], py[i]) * pFrom[i];
        }
    }

    /// <summary>to = f′ from, where f′ follows from y = f(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T, F>(ReadOnlySpan<T> y, ReadOnlySpan<T> from, Span<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where F : struct, IActivation<T>
    {
        fixed (T* py = y, pFrom = from, pTo = to)
        {
            var (i, n) = (0, to.Length);
            if (Vector512.IsHardwareAccelerated)
                for (; i + Vector512<T>.Count <= n; i += Vector512<T>.Count)
                    (F.Slope(default(Vector512<T>), Vector512.Load(py + i)) * Vector512.Load(pFrom + i)).Store(pTo + i);
            for (; i + Vector256<T>.Count <= n; i += Vector256<T>.Count)
                (F.Slope(default(Vector256<T>), Vector256.Load(py + i)) * Vector256.Load(pFrom + i)).Store(pTo + i);
            for (; i < n; i++)
                pTo[i] = F.Slope(default(T), py[i]) * pFrom[i];
        }
    }
}
