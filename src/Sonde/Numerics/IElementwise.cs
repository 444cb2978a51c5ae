using System.Numerics;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics;

/// <summary>
/// A function of one number, as a struct without state, so that a kernel that takes it as a type parameter (a fused
/// matrix product, for one) has it inlined. The three forms return the same bits for the same argument.
/// </summary>
public interface IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>f(x).</summary>
    static abstract T Invoke(T x);

    /// <summary>f of each lane.</summary>
    static abstract Vector256<T> Invoke(Vector256<T> x);

    /// <summary>f of each lane.</summary>
    static abstract Vector512<T> Invoke(Vector512<T> x);
}
