using System.Numerics;

namespace Sonde.Numerics.Kernels;

/// <summary>A function of one number that is applied to a product while it is still in registers.</summary>
internal interface IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract V Apply<V, L>(V x) where V : unmanaged where L : struct, ILanes<T, V>;
}

/// <summary>x.</summary>
internal readonly struct Unchanged<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static V Apply<V, L>(V x) where V : unmanaged where L : struct, ILanes<T, V> => x;
}

/// <summary>max(x, 0).</summary>
internal readonly struct Rectified<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static V Apply<V, L>(V x) where V : unmanaged where L : struct, ILanes<T, V> => L.Max(x, L.Zero);
}
