using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics;

/// <summary>
/// Elementary functions of every number of a span, in float or double; the destination comes last and may be the source. The
/// same bits at every vector width, hence on every machine (but for arguments of sine and cosine above 2³⁰ in double and 2¹⁶ in
/// float, which the platform computes). Errors are at most 2 units in the last place (tanh: 2.5); ±0, ±∞, NaN and
/// denormals as IEEE 754 wants them.
/// </summary>
public static class VectorMath
{
    /// <summary>eˣ.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or T is neither float nor double.</exception>
    public static void Exp<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Apply<T, ExpFunction<T>>(x, y);

    /// <summary>The natural logarithm; −∞ at 0, NaN below.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or T is neither float nor double.</exception>
    public static void Log<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Apply<T, LogFunction<T>>(x, y);

    /// <summary>tanh x.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or T is neither float nor double.</exception>
    public static void Tanh<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Apply<T, TanhFunction<T>>(x, y);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    /// <exception cref="ArgumentException">The lengths differ, or T is neither float nor double.</exception>
    public static void Sigmoid<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Apply<T, SigmoidFunction<T>>(x, y);

    /// <summary>sin x.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or T is neither float nor double.</exception>
    public static void Sin<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Apply<T, SinFunction<T>>(x, y);

    /// <summary>cos x.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or T is neither float nor double.</exception>
    public static void Cos<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Apply<T, CosFunction<T>>(x, y);

    /// <summary>y = f(x) for any function.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or T is neither float nor double.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Apply<T, TFunction>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IElementwise<T>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new ArgumentException($"Functions of vectors work on float or double, not on {typeof(T).Name}.");
        if (x.Length != y.Length)
            throw new ArgumentException($"{x.Length} arguments need as many results, but {y.Length} were given.", nameof(y));
        fixed (T* from = x, to = y)
        {
            var i = 0;
            if (Vector512.IsHardwareAccelerated)
                for (; i + Vector512<T>.Count <= x.Length; i += Vector512<T>.Count)
                    TFunction.Invoke(Vector512.Load(from + i)).Store(to + i);
            for (; i + Vector256<T>.Count <= x.Length; i += Vector256<T>.Count)
                TFunction.Invoke(Vector256.Load(from + i)).Store(to + i);
            if (i == x.Length)
                return;
            var rest = Vector256<T>.Zero;
            Buffer.MemoryCopy(from + i, &rest, sizeof(Vector256<T>), (x.Length - i) * sizeof(T));
            rest = TFunction.Invoke(rest);
            Buffer.MemoryCopy(&rest, to + i, (x.Length - i) * sizeof(T), (x.Length - i) * sizeof(T));
        }
    }
}
