using System.Numerics;
using System.Runtime.CompilerServices;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>x.</summary>
internal readonly struct IdentityFunction : IActivationKernel
{
    public static bool SlopeFromValue => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Of(T.One);
}

/// <summary>tanh x.</summary>
internal readonly struct TanhFunction : IActivationKernel
{
    public static bool SlopeFromValue => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Call<TanhKernel>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Of(T.One) - y * y;
}

/// <summary>1 / (1 + e⁻ˣ).</summary>
internal readonly struct SigmoidFunction : IActivationKernel
{
    public static bool SlopeFromValue => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Call<SigmoidKernel>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => y * (V.Of(T.One) - y);
}

/// <summary>max(x, 0).</summary>
internal readonly struct ReluFunction : IActivationKernel
{
    public static bool SlopeFromValue => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Select(V.LessThan(V.Of(T.Zero), x), x, V.Of(T.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Select(V.LessThan(V.Of(T.Zero), y), V.Of(T.One), V.Of(T.Zero));
}

/// <summary>x above 0, 0.01 x below.</summary>
internal readonly struct LeakyReluFunction : IActivationKernel
{
    public static bool SlopeFromValue => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Select(V.LessThan(x, V.Of(T.Zero)), V.Of(T.CreateChecked(0.01)) * x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Select(V.LessThan(y, V.Of(T.Zero)), V.Of(T.CreateChecked(0.01)), V.Of(T.One));
}

/// <summary>x above 0, eˣ − 1 below.</summary>
internal readonly struct EluFunction : IActivationKernel
{
    public static bool SlopeFromValue => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Select(V.LessThan(x, V.Of(T.Zero)), V.Call<ExpKernel>(V.Min(x, V.Of(T.Zero))) - V.Of(T.One), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Select(V.LessThan(y, V.Of(T.Zero)), y + V.Of(T.One), V.Of(T.One));
}

/// <summary>ln(1 + eˣ).</summary>
internal readonly struct SoftplusFunction : IActivationKernel
{
    public static bool SlopeFromValue => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var t = V.Call<ExpKernel>(-V.Abs(x));
        var u = V.Of(T.One) + t;                                                            // ln(1 + t) = ln(u) t / (u − 1), exact for small t
        var exact = V.Call<LogKernel>(u) * t / (u - V.Of(T.One));
        return V.Max(x, V.Of(T.Zero)) + V.Select(V.Equal(u, V.Of(T.One)), t, exact);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Call<SigmoidKernel>(x);
}

/// <summary>x σ(x).</summary>
internal readonly struct SiluFunction : IActivationKernel
{
    public static bool SlopeFromValue => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * V.Call<SigmoidKernel>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sigmoid = V.Call<SigmoidKernel>(x);
        return sigmoid * V.MultiplyAdd(x, V.Of(T.One) - sigmoid, V.Of(T.One));
    }
}

/// <summary>½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).</summary>
internal readonly struct GeluFunction : IActivationKernel
{
    public static bool SlopeFromValue => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return V.Of(T.CreateChecked(0.5)) * x * (V.Of(T.One) + Inner<V, T>(x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var t = Inner<V, T>(x);
        var du = V.Of(T.CreateChecked(Root)) * V.MultiplyAdd(V.Of(T.CreateChecked(3 * Cubic)) * x, x, V.Of(T.One));
        return V.Of(T.CreateChecked(0.5)) * (V.Of(T.One) + t + x * (V.Of(T.One) - t * t) * du);
    }

    private const double Root = 0.7978845608028654;         // √(2/π)
    private const double Cubic = 0.044715;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Inner<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        V.Call<TanhKernel>(V.Of(T.CreateChecked(Root)) * V.MultiplyAdd(V.Of(T.CreateChecked(Cubic)) * x * x, x, x));
}

/// <summary>sin x.</summary>
internal readonly struct SineFunction : IActivationKernel
{
    public static bool SlopeFromValue => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Call<SinKernel>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Call<CosKernel>(x);
}

/// <summary>cos x.</summary>
internal readonly struct CosineFunction : IActivationKernel
{
    public static bool SlopeFromValue => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Call<CosKernel>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => -V.Call<SinKernel>(x);
}

/// <summary>eˣ.</summary>
internal readonly struct ExponentialFunction : IActivationKernel
{
    public static bool SlopeFromValue => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Call<ExpKernel>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => y;
}

/// <summary>ln x.</summary>
internal readonly struct LogarithmFunction : IActivationKernel
{
    public static bool SlopeFromValue => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Call<LogKernel>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Of(T.One) / x;
}

/// <summary>x².</summary>
internal readonly struct SquareFunction : IActivationKernel
{
    public static bool SlopeFromValue => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => x + x;
}

/// <summary>√x.</summary>
internal readonly struct SquareRootFunction : IActivationKernel
{
    public static bool SlopeFromValue => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Of(T.CreateChecked(0.5)) / y;
}

/// <summary>1 / x.</summary>
internal readonly struct ReciprocalFunction : IActivationKernel
{
    public static bool SlopeFromValue => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Of(T.One) / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => -(y * y);
}

/// <summary>|x|.</summary>
internal readonly struct AbsoluteFunction : IActivationKernel
{
    public static bool SlopeFromValue => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V, T>(V x) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V, T>(V x, V y) where V : unmanaged, ISimd<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Select(V.LessThan(x, V.Of(T.Zero)), V.Of(-T.One), V.Of(T.One));
}
