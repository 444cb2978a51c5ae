using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>
/// A map of blocks of numbers in a row, such as states at several times, whose values depend on one block or on two neighbors each: JᵀJ is block
/// tridiagonal, and the map finds its blocks for less than products with J take.
/// </summary>
public interface IBlockTridiagonalMap<T> : IMap<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>JᵀJ at x, in the storage of <see cref="BlockTridiagonal"/>.</summary>
    /// <param name="x">The point, [InputWidth].</param>
    /// <param name="diagonal">[InputWidth, b], overwritten.</param>
    /// <param name="below">[InputWidth − b, b], overwritten.</param>
    /// <exception cref="ArgumentException">The blocks are of another size.</exception>
    void GramBlocks(ReadOnlySpan<T> x, Batch<T> diagonal, Batch<T> below);
}
