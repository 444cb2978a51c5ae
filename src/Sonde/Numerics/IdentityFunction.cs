using System.Numerics;
using System.Runtime.Intrinsics;

namespace Sonde.Numerics;

/// <summary>x.</summary>
public readonly struct IdentityFunction<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static T Invoke(T x) => x;

    /// <inheritdoc/>
    public static Vector256<T> Invoke(Vector256<T> x) => x;

    /// <inheritdoc/>
    public static Vector512<T> Invoke(Vector512<T> x) => x;
}
