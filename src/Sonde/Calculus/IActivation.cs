using System.Numerics;
using System.Runtime.Intrinsics;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>A differentiable function of one number, as a struct without state that kernels inline.</summary>
public interface IActivation<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether f′ can be had from f(x) alone, so that x need not be kept: then a layer computes f in its matrix product.</summary>
    static abstract bool SlopeFromValue { get; }

    /// <summary>f′(x), given x and y = f(x); where <see cref="SlopeFromValue"/>, x is not read.</summary>
    static abstract T Slope(T x, T y);

    /// <summary>f′ of each lane.</summary>
    static abstract Vector256<T> Slope(Vector256<T> x, Vector256<T> y);

    /// <summary>f′ of each lane.</summary>
    static abstract Vector512<T> Slope(Vector512<T> x, Vector512<T> y);
}
