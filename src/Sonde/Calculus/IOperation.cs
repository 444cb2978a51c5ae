using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>
/// One differentiable step y = f(x₁, x₂, …) with its tangent linear and its adjoint. Operations are coarse (a fused layer, a model step,
/// a banded solve): the tape composes them, and what it composes is differentiated by these three alone. An operation holds no mutable
/// state: where it is linearised, and the value there, are handed to it, so one instance serves all threads.
/// </summary>
public interface IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The size of y, from the sizes of the operands.</summary>
    /// <exception cref="ArgumentException">The operands do not fit.</exception>
    Size Measure(Operands<T> x);

    /// <summary>y = f(x); y holds anything before.</summary>
    void Apply(Operands<T> x, Batch<T> y);

    /// <summary>dy += Σ ∂f/∂xᵢ dxᵢ over the operands that have a tangent; dy is zero before.</summary>
    /// <param name="x">Where the operation is linearised.</param>
    /// <param name="y">Its value there.</param>
    /// <param name="dx">Tangents of the operands.</param>
    /// <param name="dy">Tangent of the result.</param>
    void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy);

    /// <summary>x̄ᵢ += (∂f/∂xᵢ)ᵀ ȳ for the operands whose adjoint is wanted.</summary>
    /// <param name="x">Where the operation is linearised.</param>
    /// <param name="y">Its value there.</param>
    /// <param name="yBar">Adjoint of the result.</param>
    /// <param name="xBar">Adjoints of the operands, added to.</param>
    void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar);
}
