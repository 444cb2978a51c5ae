using System.Numerics;

namespace Sonde.Numerics.Kernels;

/// <summary>What is too small to matter beside numbers of size one, and yet far from underflow when squared.</summary>
internal static class Thresholds<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static T Negligible =>
        typeof(T) == typeof(double) ? T.CreateTruncating(1e-75)
        : typeof(T) == typeof(float) ? T.CreateTruncating(1e-9f)
        : T.BitIncrement(T.One) - T.One;
}
