using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics;

/// <summary>eˣ, as <see cref="VectorMath.Exp{T}"/> computes it.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct ExpFunction<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke(T x) => VectorMathKernel<ExpKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Invoke(Vector256<T> x) => VectorMathKernel<ExpKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Invoke(Vector512<T> x) => VectorMathKernel<ExpKernel>.Invoke(x);
}

/// <summary>The natural logarithm; −∞ at 0, NaN below, as <see cref="VectorMath.Log{T}"/> computes it.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct LogFunction<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke(T x) => VectorMathKernel<LogKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Invoke(Vector256<T> x) => VectorMathKernel<LogKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Invoke(Vector512<T> x) => VectorMathKernel<LogKernel>.Invoke(x);
}

/// <summary>tanh x, as <see cref="VectorMath.Tanh{T}"/> computes it.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct TanhFunction<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke(T x) => VectorMathKernel<TanhKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Invoke(Vector256<T> x) => VectorMathKernel<TanhKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Invoke(Vector512<T> x) => VectorMathKernel<TanhKernel>.Invoke(x);
}

/// <summary>1 / (1 + e⁻ˣ), as <see cref="VectorMath.Sigmoid{T}"/> computes it.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct SigmoidFunction<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke(T x) => VectorMathKernel<SigmoidKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Invoke(Vector256<T> x) => VectorMathKernel<SigmoidKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Invoke(Vector512<T> x) => VectorMathKernel<SigmoidKernel>.Invoke(x);
}

/// <summary>sin x, as <see cref="VectorMath.Sin{T}"/> computes it.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct SinFunction<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke(T x) => VectorMathKernel<SinKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Invoke(Vector256<T> x) => VectorMathKernel<SinKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Invoke(Vector512<T> x) => VectorMathKernel<SinKernel>.Invoke(x);
}

/// <summary>cos x, as <see cref="VectorMath.Cos{T}"/> computes it.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct CosFunction<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke(T x) => VectorMathKernel<CosKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Invoke(Vector256<T> x) => VectorMathKernel<CosKernel>.Invoke(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Invoke(Vector512<T> x) => VectorMathKernel<CosKernel>.Invoke(x);
}
