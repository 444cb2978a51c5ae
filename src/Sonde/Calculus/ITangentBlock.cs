using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>
/// A map that pushes many perturbations of one point at once, for less than its tape takes to push them one by one: a model whose steps carry a
/// state and any number of perturbations along it.
/// </summary>
public interface ITangentBlock<T> : IMap<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>dy ← M′(x) dx for every row.</summary>
    /// <param name="x">The point, [InputWidth].</param>
    /// <param name="dx">[any, InputWidth].</param>
    /// <param name="dy">[as many, OutputWidth], overwritten.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    void Tangents(ReadOnlySpan<T> x, ReadOnlyBatch<T> dx, Batch<T> dy);
}
